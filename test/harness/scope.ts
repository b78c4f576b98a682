/** What has to be undone, newest first. One scope per test file or demo run. */
export class Scope {
  readonly #undo: { what: string; act: () => Promise<unknown> }[] = [];
  #closing: Promise<void> | undefined;

  /** Remembers how to undo something; `what` names it in the error of a failed undo. Undone at once when the scope has closed. */
  defer(what: string, act: () => unknown): void {
    const undo = { what, act: () => Promise.resolve(act()) };
    if (this.#closing) this.#closing = this.#closing.then(undo.act).then(() => undefined);
    else this.#undo.push(undo);
  }

  /** Undoes everything; carries on past a failed undo and rejects with all failures at the end. */
  close(): Promise<void> {
    this.#closing ??= this.#unwind();
    return this.#closing;
  }

  async #unwind(): Promise<void> {
    const failures: string[] = [];
    for (let next = this.#undo.pop(); next; next = this.#undo.pop()) {
      try {
        await next.act();
      } catch (error) {
        failures.push(`${next.what}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    if (failures.length > 0) throw new Error(`clean-up failed:\n${failures.join('\n')}`);
  }
}
