/** Time as the emulator knows it. */
export interface Clock {
  /** Milliseconds that never step back. */
  steady(): number;
  wall(): Date;
  sleep(ms: number): Promise<void>;
}

export const SYSTEM_CLOCK: Clock = {
  steady: () => performance.now(),
  wall: () => new Date(),
  sleep: (ms) =>
    ms <= 0
      ? Promise.resolve()
      : new Promise((resolve) => {
          setTimeout(resolve, ms).unref();
        }),
};
