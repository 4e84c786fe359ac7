interface Language {
  readonly locale: string;
  readonly displayName: string;
}

/** learn.microsoft.com/graph/api/outlookuser-supportedlanguages. */
const LOCALES = [
  'en-US', 'en-GB', 'de-DE', 'de-AT', 'de-CH', 'fr-FR', 'fr-CA', 'fr-CH', 'es-ES', 'es-MX', 'nl-NL', 'nl-BE', 'it-IT', 'pt-BR', 'pt-PT', 'pl-PL',
  'cs-CZ', 'sk-SK', 'hu-HU', 'ro-RO', 'bg-BG', 'el-GR', 'tr-TR', 'ru-RU', 'uk-UA', 'da-DK', 'sv-SE', 'nb-NO', 'fi-FI', 'et-EE', 'lv-LV', 'lt-LT',
  'sl-SI', 'hr-HR', 'he-IL', 'ar-SA', 'hi-IN', 'th-TH', 'vi-VN', 'id-ID', 'ms-MY', 'ko-KR', 'ja-JP', 'zh-CN', 'zh-TW', 'zh-HK', 'ca-ES',
] as const; // prettier-ignore

const NAMES = new Intl.DisplayNames('en', { type: 'language', languageDisplay: 'standard' });

export const LANGUAGES: readonly Language[] = LOCALES.map((locale) => ({ locale, displayName: NAMES.of(locale) ?? locale }));

/** By locale, or the first of a language. */
export function languageOf(name: string): Language | undefined {
  const wanted = name.toLowerCase();
  return (
    LANGUAGES.find(({ locale }) => locale.toLowerCase() === wanted) ??
    (wanted.length === 2 ? LANGUAGES.find(({ locale }) => locale.startsWith(`${wanted}-`)) : undefined)
  );
}
