import { choose, LANGUAGES, localeOf, ofBrowser, type Language, type Words } from "./languages";

class I18n {
  language = $state<Language>("en");
  locale = $state("en");
  /** Empty only until `start` is done, before anything is mounted. */
  words = $state.raw<Words>({} as Words);

  async start(): Promise<void> {
    await this.speak(ofBrowser());
  }

  async choose(language: Language): Promise<void> {
    choose(language);
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
