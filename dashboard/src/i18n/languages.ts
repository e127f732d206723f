/** All words of the dashboard; another language is another object of this shape. */
export type Words = typeof import("./en").en;
export type Language = "en" | "de";

const CHOSEN = "onhand.language";
export const LANGUAGES: Record<Language, () => Promise<Words>> = {
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

/** The language that was chosen here, or else what the browser prefers. */
export const ofBrowser = (): Language => pick(navigator.languages, localStorage.getItem(CHOSEN));

export const choose = (language: Language): void => localStorage.setItem(CHOSEN, language);
