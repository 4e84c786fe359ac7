import { Type, type Static } from 'typebox';
import type { CountryCounts } from '../../store/geography.ts';
import { countryName } from '../countries.ts';

const CountryAnswer = Type.Object({
  country: Type.String({ description: 'Two capital letters of ISO 3166-1' }),
  countryName: Type.String(),
  documents: Type.Integer({
    description:
      'Live documents that the caller may see and that search finds by now: messages, events, attachments, and files within these',
  }),
  sources: Type.Integer(),
  mailboxes: Type.Integer({ description: 'Of these sources, without retired ones; one that two sources read counts twice' }),
});

export const GeographyAnswer = Type.Object(
  { countries: Type.Array(CountryAnswer) },
  { title: 'Geography', examples: [{ countries: [{ country: 'DE', countryName: 'Germany', documents: 240, sources: 1, mailboxes: 12 }] }] },
);
export type GeographyAnswer = Static<typeof GeographyAnswer>;

export function toGeographyAnswer(counts: CountryCounts[]): GeographyAnswer {
  return {
    countries: counts.map(({ country, documents, sources, mailboxes }) => ({
      country,
      countryName: countryName(country),
      documents,
      sources,
      mailboxes,
    })),
  };
}
