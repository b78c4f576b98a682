/** One HTTP/2 connection: one configured instance of the provider. Its identity is the key of what belongs to that instance. */
export class Connection {
  private readonly calls = new Set<AbortController>();

  /** Registers a call that the user may stop. */
  begin(call: AbortController): void {
    this.calls.add(call);
  }

  end(call: AbortController): void {
    this.calls.delete(call);
  }

  /** Aborts every call in flight but `except`. */
  abort(reason: Error, except?: AbortController): void {
    for (const call of this.calls) if (call !== except) call.abort(reason);
  }
}
