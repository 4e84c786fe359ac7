import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';

export interface CheckedAnswer {
  readonly template: string;
  readonly method: string;
  readonly status: number;
  readonly body: object;
}

interface Schema {
  readonly $ref?: string;
  readonly allOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Names that Microsoft's pages of v1.0 show and its OpenAPI document lacks; these types are open. */
const SHOWN_BY_PAGES: Readonly<Record<string, RegExp>> = {
  // learn.microsoft.com/graph/api/driveitem-list-thumbnails: a size of one's own is the property's name.
  'microsoft.graph.thumbnailSet': /^c\d+x\d+(_crop)?$/,
  // learn.microsoft.com/graph/api/resources/fieldvalueset: a list's columns are its properties.
  'microsoft.graph.fieldValueSet': /^\w+$/,
  // learn.microsoft.com/graph/api/subscription-list
  'microsoft.graph.subscription': /^notificationContentType$/,
  // learn.microsoft.com/graph/api/group-get and organization-list
  'microsoft.graph.group': /^creationOptions$/,
  'microsoft.graph.organization': /^(directorySizeQuota|isMultipleDataLocationsForServicesEnabled)$/,
  // learn.microsoft.com/graph/api/resources/opentypeextension: its properties are the app's.
  'microsoft.graph.openTypeExtension': /./,
};

interface Operation {
  readonly responses: Readonly<
    Record<string, { readonly $ref?: string; readonly content?: Readonly<Record<string, { readonly schema?: Schema }>> }>
  >;
}

interface OpenApi {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: {
    readonly schemas: Readonly<Record<string, Schema>>;
    readonly responses: Readonly<Record<string, Operation['responses'][string]>>;
  };
}

/** Formats of Microsoft's document that say nothing a JSON schema could check. */
const OPEN_FORMATS = ['base64url', 'int16', 'int64', 'decimal', 'duration', 'binary', 'uint8'];

/** Graph's times of day have no offset (learn.microsoft.com/graph/api/resources/workinghours), which JSON schema's format `time` asks for. */
const EDM_TIME_OF_DAY = /^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,12})?)?$/;

/**
 * Checks answers against Microsoft's OpenAPI document (`file`): the operation's schema, and that an entity has no
 * property that its type does not know. Throws an Error that names operation and place. Templates that the document
 * does not have are passed.
 */
export function createAnswerValidator(file: string): (answer: CheckedAnswer) => void {
  const document = JSON.parse(readFileSync(file, 'utf8')) as OpenApi;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
  addFormats.default(ajv);
  ajv.addFormat('time', EDM_TIME_OF_DAY);
  for (const format of OPEN_FORMATS) ajv.addFormat(format, true);
  ajv.addSchema({ $id: 'graph', components: document.components }, 'graph');
  const templates = new Map(Object.keys(document.paths).map((path) => [normal(path), path]));
  const compiled = new Map<string, { check: ValidateFunction; schema: Schema } | null>();

  const checkFor = (answer: CheckedAnswer) => {
    const isError = answer.status >= 400;
    const key = isError ? 'error' : `${answer.method} ${normal(answer.template)}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const path = templates.get(normal(answer.template));
    const schema = isError
      ? { $ref: '#/components/schemas/microsoft.graph.ODataErrors.ODataError' }
      : path === undefined
        ? undefined
        : responseSchema(document, document.paths[path]![answer.method.toLowerCase()]);
    const made = schema === undefined ? null : { check: ajv.compile(absolute(schema) as object), schema };
    compiled.set(key, made);
    return made;
  };

  return (answer) => {
    const found = checkFor(answer);
    if (!found) return;
    const name = `${answer.method} ${answer.template} ${answer.status}`;
    if (!found.check(answer.body)) {
      const faults = (found.check.errors ?? []).slice(0, 5).map((error) => `${error.instancePath} ${error.message ?? ''}`);
      throw new Error(`The answer to ${name} is not what Microsoft's schema says: ${faults.join('; ')}`);
    }
    if (answer.status < 400) checkNames(document, { schema: found.schema, body: answer.body, name });
  };
}

function normal(path: string): string {
  return path.replaceAll('()', '').toLowerCase();
}

function responseSchema(document: OpenApi, operation: Operation | undefined): Schema | undefined {
  const given = operation?.responses['2XX'] ?? operation?.responses['200'];
  const response = given?.$ref === undefined ? given : document.components.responses[given.$ref.split('/').at(-1)!];
  return response?.content?.['application/json']?.schema;
}

/** References are resolved in the document that holds the components. */
function absolute(schema: unknown): unknown {
  return JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"graph#/')) as unknown;
}

function resolved(document: OpenApi, schema: Schema): Schema {
  return schema.$ref === undefined ? schema : document.components.schemas[schema.$ref.split('/').at(-1)!]!;
}

function propertiesOf(document: OpenApi, schema: Schema): Readonly<Record<string, Schema>> {
  const own = resolved(document, schema);
  return Object.assign({}, ...(own.allOf ?? []).map((part) => propertiesOf(document, part)), own.properties) as Readonly<
    Record<string, Schema>
  >;
}

/** An entity's own names, and those of a collection's elements; a derived type is told by @odata.type. */
function checkNames(document: OpenApi, parts: { schema: Schema; body: object; name: string }): void {
  const { body, name } = parts;
  const type = (body as Record<string, unknown>)['@odata.type'];
  const derived = typeof type === 'string' ? document.components.schemas[type.slice(1)] : undefined;
  const known = propertiesOf(document, derived ?? parts.schema);
  const typeName = derived ? String(type).slice(1) : (parts.schema.$ref?.split('/').at(-1) ?? '');
  for (const [property, value] of Object.entries(body)) {
    if (property.includes('@')) continue;
    const schema = known[property];
    if (!schema && SHOWN_BY_PAGES[typeName]?.test(property)) continue;
    if (!schema) throw new Error(`The answer to ${name} has a property that its type does not know: ${property}`);
    const items = resolved(document, schema).items;
    if (property !== 'value' || !items || !Array.isArray(value)) continue;
    for (const item of value as unknown[])
      if (typeof item === 'object' && item !== null) checkNames(document, { schema: items, body: item, name });
  }
}
