/** A request that is asked of something beside Graph and Entra: an upload session, the key vault. */
export interface PlainRequest {
  readonly method: string;
  readonly origin: string;
  readonly path: string;
  readonly search: string;
  header(name: string): string | undefined;
  body(): Promise<Buffer>;
}
