/** All words of the dashboard; another language is another object of this shape. */
export type Words = typeof import("./en").en;
export type Language = "en" | "de";

const CHOSEN = "onhand.language";
const LANGUAGES: Record<Language, () => Promise<Words>> = {
  en: () => import("./en").then((module) => module.en),
  de: () => import("./de").then((module) => module.de),
};

/** The first language of the browser's list that we have. */
export function pick(preferred: readonly string[], chosen: string | null): Language {
  for (const tag of chosen ? [chosen, ...preferred] : preferred) {
    const language = tag.slice(0, 2).toLowerCase();
    if (language in LANGUAGES) return language as Language;
  }
  return "en";
}

/** The browser's own regional form of the language (en-GB, de-CH), for numbers and dates. */
export function localeOf(language: Language, preferred: readonly string[]): string {
  return preferred.find((tag) => tag.toLowerCase().startsWith(language)) ?? language;
}

class I18n {
  language = $state<Language>("en");
  locale = $state("en");
  /** Empty only until `start` is done, before anything is mounted. */
  words = $state.raw<Words>({} as Words);

  async start(): Promise<void> {
    await this.speak(pick(navigator.languages, localStorage.getItem(CHOSEN)));
  }

  async choose(language: Language): Promise<void> {
    localStorage.setItem(CHOSEN, language);
    await this.speak(language);
  }

  private async speak(language: Language): Promise<void> {
    this.words = await LANGUAGES[language]();
    this.language = language;
    this.locale = localeOf(language, navigator.languages);
    document.documentElement.lang = language;
  }
}

export const i18n = new I18n();

/** The words in the language on screen. */
export const t = (): Words => i18n.words;
