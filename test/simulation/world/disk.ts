/** The files of one machine. What was not synced when the machine crashed may be there or not, but never in part. */
export class Disk {
  private readonly files = new Map<string, string>();

  read(name: string): string | null {
    return this.files.get(name) ?? null;
  }

  write(name: string, content: string): void {
    this.files.set(name, content);
  }
}
