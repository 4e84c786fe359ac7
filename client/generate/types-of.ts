import { compile, type Options } from 'json-schema-to-typescript';
import { pathsSchema, type OpenApiDocument } from './paths-schema.ts';

const banner = `/**
 * What Trawl's API takes and answers, by path and method, made from its OpenAPI document by \`npm run client\`.
 * Not edited by hand.
 */`;

const options: Partial<Options> = {
  bannerComment: banner,
  additionalProperties: false,
  format: true,
  style: { singleQuote: true, printWidth: 140 },
};

/** A status is a number, as `openapi-fetch` asks for; the library takes every name for a text. */
const quotedStatus = /^(\s*)['"](\d{3})['"]:/gm;

/** TypeScript that says what the OpenAPI document does: the interface `Paths`, and one for each schema with a title. */
export async function typesOf(document: OpenApiDocument): Promise<string> {
  const text = await compile(pathsSchema(document) as Parameters<typeof compile>[0], 'Paths', options);
  return text.replaceAll(quotedStatus, '$1$2:');
}
