/** A JSON Schema as the OpenAPI document holds it. */
export interface JsonSchema {
  title?: string;
  description?: string;
  [keyword: string]: unknown;
}

interface Content {
  content?: Record<string, { schema?: JsonSchema }>;
}
export interface Operation {
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: JsonSchema; description?: string }[];
  requestBody?: Content & { required?: boolean };
  responses: Record<string, Content>;
}
export interface OpenApiDocument {
  paths: Record<string, Record<string, Operation>>;
}

/** What a type can say; patterns, lengths and examples it cannot. */
const said = ['type', 'enum', 'const', 'anyOf', 'items', 'properties', 'required', 'additionalProperties', 'description'];

/** Schemas by their titles: what has a title is one type, however often it is used. */
type Definitions = Map<string, JsonSchema>;

/** The schema as far as a type can say it. Throws an Error when two schemas have one title. */
function typedPart(schema: JsonSchema, definitions: Definitions): JsonSchema {
  const { title, ...rest } = schema;
  const part: JsonSchema = {};
  for (const keyword of said) if (rest[keyword] !== undefined) part[keyword] = innerPart(keyword, { value: rest[keyword], definitions });
  // A record: any name, one kind of value.
  const [values] = Object.values((rest['patternProperties'] ?? {}) as Record<string, JsonSchema>);
  if (values !== undefined) part['additionalProperties'] = typedPart(values, definitions);
  if (title === undefined) return part;
  const known = definitions.get(title);
  if (known !== undefined && JSON.stringify(known) !== JSON.stringify(part)) throw new Error(`Two schemas have the title ${title}`);
  definitions.set(title, part);
  return { $ref: `#/definitions/${title}` };
}

function innerPart(keyword: string, { value, definitions }: { value: unknown; definitions: Definitions }): unknown {
  const inner = (schema: unknown) => typedPart(schema as JsonSchema, definitions);
  if (keyword === 'properties') return Object.fromEntries(Object.entries(value as object).map(([name, schema]) => [name, inner(schema)]));
  if (keyword === 'anyOf') return (value as unknown[]).map(inner);
  if (keyword === 'items' || (keyword === 'additionalProperties' && typeof value === 'object')) return inner(value);
  return value;
}

function closedObject(properties: Record<string, JsonSchema>, required = Object.keys(properties)): JsonSchema {
  return { type: 'object', properties, required, additionalProperties: false };
}

function parametersOf({ parameters = [] }: Operation, definitions: Definitions): JsonSchema {
  const places = [...new Set(parameters.map((parameter) => parameter.in))];
  const isRequired = (place: string) => parameters.some((parameter) => parameter.in === place && parameter.required === true);
  const ofPlace = (place: string) => {
    const own = parameters.filter((parameter) => parameter.in === place);
    const properties = own.map(({ name, schema, description }) => [name, { ...typedPart(schema, definitions), description }] as const);
    const required = own.filter((parameter) => parameter.required === true).map(({ name }) => name);
    return closedObject(Object.fromEntries(properties), required);
  };
  return closedObject(Object.fromEntries(places.map((place) => [place, ofPlace(place)])), places.filter(isRequired));
}

function contentOf({ content }: Content, definitions: Definitions): JsonSchema {
  if (content === undefined) return closedObject({ content: { tsType: 'never' } }, []);
  const media = Object.entries(content).map(([type, { schema = {} }]) => [type, typedPart(schema, definitions)] as const);
  return closedObject({ content: closedObject(Object.fromEntries(media)) });
}

function operationSchema(operation: Operation, definitions: Definitions): JsonSchema {
  const { requestBody, responses, summary } = operation;
  const answers = Object.entries(responses).map(([status, answer]) => [status, contentOf(answer, definitions)] as const);
  const properties = {
    parameters: parametersOf(operation, definitions),
    ...(requestBody !== undefined && { requestBody: contentOf(requestBody, definitions) }),
    responses: closedObject(Object.fromEntries(answers)),
  };
  const optional = requestBody !== undefined && requestBody.required !== true ? ['requestBody'] : [];
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { ...closedObject(properties, required), ...(summary !== undefined && { description: summary }) };
}

/** One schema whose type is what `openapi-fetch` calls paths: by path and method the parameters, the body and the answers. */
export function pathsSchema({ paths }: OpenApiDocument): JsonSchema {
  const definitions: Definitions = new Map();
  const byPath = Object.entries(paths).map(([path, methods]) => {
    const operations = Object.entries(methods).map(([method, operation]) => [method, operationSchema(operation, definitions)] as const);
    return [path, closedObject(Object.fromEntries(operations))] as const;
  });
  return { ...closedObject(Object.fromEntries(byPath)), definitions: Object.fromEntries(definitions) };
}
