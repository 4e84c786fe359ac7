/**
 * JSON literals as Microsoft's OData library reads them: text stands for any primitive type that it can be parsed as
 * (github.com/OData/odata.net, ODataPayloadValueConverter.ConvertStringValue). So "true" is a Boolean, "15" a number.
 * Everything else comes back as it is, for the caller to refuse.
 */
export function booleanLiteral(value: unknown): unknown {
  if (typeof value !== 'string') return value;
  const text = value.trim().toLowerCase();
  return text === 'true' || text === 'false' ? text === 'true' : value;
}

export function wholeNumberLiteral(value: unknown): unknown {
  return typeof value === 'string' && /^\s*[+-]?\d{1,19}\s*$/.test(value) ? Number(value) : value;
}
