/** The files that were chosen and not sent yet. Outside the page, so that going elsewhere and back keeps them. */
class Tray {
  files = $state.raw<File[]>([]);
  store = $state("");
  /** Holds for these files only: a list that happens to be sent next is not complete because this one was. */
  snapshot = $state(false);

  remove(file: File): void {
    this.files = this.files.filter((other) => other !== file);
    if (!this.files.length) this.clear();
  }

  clear(): void {
    this.files = [];
    this.snapshot = false;
  }
}

export const tray = new Tray();
