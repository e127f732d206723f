/** The files that were chosen and not sent yet. Outside the page, so that going elsewhere and back keeps them. */
class Tray {
  files = $state.raw<File[]>([]);
  store = $state("");
  snapshot = $state(false);
  force = $state(false);
}

export const tray = new Tray();
