export type Theme = "system" | "light" | "dark";

const CHOSEN = "onhand.theme";

/** Light or dark, if somebody does not want what the system says. */
class ThemeChoice {
  chosen = $state<Theme>("system");

  start(): void {
    const kept = localStorage.getItem(CHOSEN);
    if (kept === "light" || kept === "dark") this.choose(kept);
  }

  choose(theme: Theme): void {
    this.chosen = theme;
    if (theme === "system") {
      localStorage.removeItem(CHOSEN);
      delete document.documentElement.dataset["theme"];
    } else {
      localStorage.setItem(CHOSEN, theme);
      document.documentElement.dataset["theme"] = theme;
    }
  }
}

export const theme = new ThemeChoice();
