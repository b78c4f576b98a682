/** One process from its start to its death. Whatever it calls, and whatever reaches it, passes through here. */
export class Life {
  private state: 'running' | 'frozen' | 'dead' = 'running';
  /** What happens when it goes on: in that order. */
  private waiting: (() => void)[] = [];
  /** How many more times the border may be crossed before `onCrossing` is called; null: never. */
  private crossings: number | null = null;
  private onCrossing: () => void = () => undefined;

  get isDead(): boolean {
    return this.state === 'dead';
  }

  get isFrozen(): boolean {
    return this.state === 'frozen';
  }

  get isRunning(): boolean {
    return this.state === 'running';
  }

  /** Calls `then` when a call has been begun or answered `count` times from now: between any two awaits of the process. */
  atCrossing(count: number, then: () => void): void {
    this.crossings = count;
    this.onCrossing = then;
  }

  /** Takes {@link atCrossing} back. */
  disarm(): void {
    this.crossings = null;
  }

  end(): void {
    this.state = 'dead';
    this.waiting = [];
  }

  freeze(): void {
    if (this.state === 'running') this.state = 'frozen';
  }

  /** Answers what has queued up meanwhile, for the caller to let happen one thing after the other. */
  thaw(): (() => void)[] {
    if (this.state !== 'frozen') return [];
    this.state = 'running';
    const { waiting } = this;
    this.waiting = [];
    return waiting;
  }

  /** Something reaches the process: a timer, an answer, a message. */
  enter(run: () => void): void {
    if (this.state === 'dead') return;
    if (this.state === 'frozen') {
      this.waiting.push(run);
      return;
    }
    this.cross();
    this.whileRunning(run);
  }

  /** The process calls the world: `begin` starts the call and answers later, once. A dead process never calls nor hears. */
  call<T>(begin: (resolve: (value: T) => void, reject: (error: Error) => void) => void): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const go = () =>
        begin(
          (value) => this.enter(() => resolve(value)),
          (error) => this.enter(() => reject(error)),
        );
      if (this.state === 'running') this.cross();
      this.whileRunning(go);
    });
  }

  /** The process tells the world something, and expects no answer. */
  tell(run: () => void): void {
    if (this.state === 'running') this.cross();
    this.whileRunning(run);
  }

  /** Goes on with what {@link thaw} answered. */
  resume(run: () => void): void {
    this.whileRunning(run);
  }

  /** A crossing may have killed or frozen it. */
  private whileRunning(run: () => void): void {
    switch (this.state) {
      case 'running':
        run();
        return;
      case 'frozen':
        this.waiting.push(run);
        return;
      case 'dead':
        return;
    }
  }

  private cross(): void {
    if (this.crossings === null) return;
    this.crossings -= 1;
    if (this.crossings > 0) return;
    this.crossings = null;
    this.onCrossing();
  }
}
