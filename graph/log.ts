/** Where the Graph client writes; pino's loggers fit. Fields and words are free of secrets, tokens, addresses and content. */
export interface GraphLog {
  debug(fields: object, words: string): void;
  warn(fields: object, words: string): void;
}
