/**
 * What Trawl's API takes and answers, by path and method, made from its OpenAPI document by `npm run client`.
 * Not edited by hand.
 */

export interface Paths {
  '/health/live': {
    /**
     * The process answers
     */
    get: {
      parameters: {};
      responses: {
        200: {
          content: {
            'application/json': Liveness;
          };
        };
      };
    };
  };
  '/health/ready': {
    /**
     * MongoDB and Temporal answer too
     */
    get: {
      parameters: {};
      responses: {
        200: {
          content: {
            'application/json': Readiness;
          };
        };
        503: {
          content: {
            'application/json': Readiness;
          };
        };
      };
    };
  };
  '/v1/datasets': {
    /**
     * Make a dataset
     */
    post: {
      parameters: {
        header?: {
          /**
           * 1 to 255 characters that name this request, like a UUID: a repeat with the same key and body within 24 hours gets the first answer again and makes nothing
           */
          'idempotency-key'?: string;
        };
      };
      requestBody: {
        content: {
          'application/json': CreateDataset;
        };
      };
      responses: {
        201: {
          content: {
            'application/json': Dataset;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * List datasets
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': DatasetPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/datasets/{id}': {
    /**
     * One dataset
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
        header?: {
          /**
           * the `ETag` of an earlier answer: 304 without a body when nothing is different since
           */
          'if-none-match'?: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Dataset;
          };
        };
        304: {
          content?: never;
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * Rename a dataset, or set its groups
     */
    patch: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
        header?: {
          /**
           * the `ETag` that the record had when it was read: 412 when somebody has changed it since. Without it the change is made whatever was changed before
           */
          'if-match'?: string;
        };
      };
      requestBody: {
        content: {
          'application/json': ChangeDataset;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Dataset;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/credentials': {
    /**
     * Save an app registration
     */
    post: {
      parameters: {
        header?: {
          /**
           * 1 to 255 characters that name this request, like a UUID: a repeat with the same key and body within 24 hours gets the first answer again and makes nothing
           */
          'idempotency-key'?: string;
        };
      };
      requestBody: {
        content: {
          'application/json': CreateCredential;
        };
      };
      responses: {
        201: {
          content: {
            'application/json': Credential;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * List credentials
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': CredentialPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/credentials/{id}': {
    /**
     * One credential, with its last test
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
        header?: {
          /**
           * the `ETag` of an earlier answer: 304 without a body when nothing is different since
           */
          'if-none-match'?: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': WholeCredential;
          };
        };
        304: {
          content?: never;
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * Change a credential, or what it signs in by; running crawls of it take the change up
     */
    patch: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
        header?: {
          /**
           * the `ETag` that the record had when it was read: 412 when somebody has changed it since. Without it the change is made whatever was changed before
           */
          'if-match'?: string;
        };
      };
      requestBody: {
        content: {
          'application/json': ChangeCredential;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Credential;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/credentials/{id}/secret': {
    /**
     * Replace the secret; running crawls of it take it up
     */
    put: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
        header?: {
          /**
           * the `ETag` that the record had when it was read: 412 when somebody has changed it since. Without it the change is made whatever was changed before
           */
          'if-match'?: string;
        };
      };
      requestBody: {
        content: {
          'application/json': ChangeSecret;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Credential;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/credentials/{id}/test': {
    /**
     * Test a saved credential: what it can do, and what an administrator has to do; takes seconds and changes nothing
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      requestBody: {
        content: {
          'application/json': TestCredential;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': CredentialTest;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/credentials/test': {
    /**
     * Test an app registration before it is saved; nothing of it is kept
     */
    post: {
      parameters: {};
      requestBody: {
        content: {
          'application/json': TestCredentialDraft;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': CredentialTest;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources': {
    /**
     * Make a source, when its connection passes the test or `ignoreWarning` is given
     */
    post: {
      parameters: {
        header?: {
          /**
           * 1 to 255 characters that name this request, like a UUID: a repeat with the same key and body within 24 hours gets the first answer again and makes nothing
           */
          'idempotency-key'?: string;
        };
      };
      requestBody: {
        content: {
          'application/json': CreateSource;
        };
      };
      responses: {
        201: {
          content: {
            'application/json': WholeSource;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * List sources
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
          service?: 'exchange';
          /**
           * the id of a record, as POST or a list gave it
           */
          datasetId?: string;
          /**
           * the id of a record, as POST or a list gave it
           */
          credentialId?: string;
          /**
           * a country by its two capital letters of ISO 3166-1, like DE
           */
          country?: string;
          state?:
            | 'draft'
            | 'ready'
            | 'running'
            | 'waiting'
            | 'pausing'
            | 'paused'
            | 'blocked'
            | 'stopping'
            | 'stopped'
            | 'completed'
            | 'failed'
            | 'deleting';
          mode?: 'once' | 'continuous';
          priority?: 'high' | 'normal' | 'low';
          /**
           * stands in the description, or in the domain or address of the scope, whatever its case
           */
          text?: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': SourcePage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}': {
    /**
     * One source, with its last test
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
        header?: {
          /**
           * the `ETag` of an earlier answer: 304 without a body when nothing is different since
           */
          'if-none-match'?: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': WholeSource;
          };
        };
        304: {
          content?: never;
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * Change a source; a running crawl takes the change up
     */
    patch: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
        header?: {
          /**
           * the `ETag` that the record had when it was read: 412 when somebody has changed it since. Without it the change is made whatever was changed before
           */
          'if-match'?: string;
        };
      };
      requestBody: {
        content: {
          'application/json': ChangeSource;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': WholeSource;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * Delete a source: its crawl ends, then it is erased, which may take a while; its state is `deleting` meanwhile
     */
    delete: {
      parameters: {
        query: {
          /**
           * `remove` erases its documents too; `keep` leaves those that are found today, which then say that their source was deleted
           */
          documents: 'remove' | 'keep';
        };
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        202: {
          content: {
            'application/json': WholeSource;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/test': {
    /**
     * Test the connection of a source before it is made; nothing of it is kept
     */
    post: {
      parameters: {};
      requestBody: {
        content: {
          'application/json': TestSource;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': ConnectionTest;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/test': {
    /**
     * Test the connection of a source: whether its scope exists and can be read; the report is kept with it
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': ConnectionTest;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/preview': {
    /**
     * Preview a source before it is made: its mailboxes, and what a first cycle would cost; kept for an hour
     */
    post: {
      parameters: {};
      requestBody: {
        content: {
          'application/json': TestSource;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Preview;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/preview': {
    /**
     * Preview a source: its mailboxes, and what a first cycle would cost; kept for an hour
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Preview;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/previews/{id}/mailboxes': {
    /**
     * Mailboxes of a preview, page by page
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
        };
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': PreviewedMailboxPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/start': {
    /**
     * Start a crawl; 409 names the one that runs
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        202: {
          content: {
            'application/json': Started;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/stop': {
    /**
     * End the crawl; what was read stays
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Commanded;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/pause': {
    /**
     * Let the crawl end its current pages and wait
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Commanded;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/resume': {
    /**
     * Go on after a pause
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Commanded;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/run-now': {
    /**
     * Start the next cycle at once, or probe at once what blocks the source
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Commanded;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/confirm-retirement': {
    /**
     * Confirm that mailboxes which vanished from the scope have really left: their documents are hidden
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Commanded;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/events': {
    /**
     * Follow the crawl of a source
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'text/event-stream': unknown;
          };
        };
        204: {
          content?: never;
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/crawls/{id}': {
    /**
     * One crawl, with where it stands now
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': CrawlDetail;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/crawls': {
    /**
     * Crawls of all sources, newest first
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
          /**
           * the id of a record, as POST or a list gave it
           */
          sourceId?: string;
          state?:
            | 'draft'
            | 'ready'
            | 'running'
            | 'waiting'
            | 'pausing'
            | 'paused'
            | 'blocked'
            | 'stopping'
            | 'stopped'
            | 'completed'
            | 'failed'
            | 'deleting';
        };
      };
      responses: {
        200: {
          content: {
            'application/json': CrawlPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/crawls': {
    /**
     * Crawls of a source, newest first
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
        };
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': CrawlPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/mailboxes': {
    /**
     * Mailboxes of a source
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
          state?: 'pending' | 'running' | 'done' | 'doneWithSkips' | 'blocked' | 'ineligible' | 'interrupted' | 'retired';
          class?:
            | 'user'
            | 'linked'
            | 'shared'
            | 'room'
            | 'equipment'
            | 'other'
            | 'guest'
            | 'unlicensed'
            | 'onPremises'
            | 'softDeleted'
            | 'notStarted'
            | 'archive'
            | 'unknown';
        };
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': MailboxPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/skips': {
    /**
     * Items of a source that were given up, and why
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
          /**
           * the object id of a mailbox
           */
          mailboxId?: string;
          /**
           * a code of docs/errors.md
           */
          code?: string;
          state?: 'open' | 'retried' | 'gone' | 'accepted';
        };
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': SkipPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/mailboxes/retry': {
    /**
     * Crawl all blocked mailboxes of a source again
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        202: {
          content: {
            'application/json': Retried;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/mailboxes/{mailboxId}/retry': {
    /**
     * Crawl one mailbox again
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
          /**
           * the mailboxId of a mailbox, as the list of mailboxes gives it
           */
          mailboxId: string;
        };
      };
      responses: {
        202: {
          content: {
            'application/json': Retried;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/skips/retry': {
    /**
     * Try skipped items again at once, whatever their time, in the running crawl or in one that is started for it
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      requestBody: {
        content: {
          'application/json': ChooseSkips;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': SkipsRetried;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/sources/{id}/skips/accept': {
    /**
     * Take skipped items as they are: they are tried no more and keep no mailbox from being done
     */
    post: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      requestBody: {
        content: {
          'application/json': ChooseSkips;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': SkipsChanged;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/documents': {
    /**
     * Find documents by words and filters
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
          /**
           * words to find in subject, people, text and links; "in quotes" as a phrase, with - before it not, 1 to 500 characters
           */
          q?: string;
          /**
           * words that the subject, or the name of an attachment, holds all of
           */
          subject?: string;
          /**
           * an address, a domain like @contoso.com, or words of names: of senders, recipients and attendees
           */
          people?: string;
          /**
           * the id of a record, as POST or a list gave it
           */
          datasetId?: string;
          /**
           * the id of a record, as POST or a list gave it
           */
          sourceId?: string;
          /**
           * the mailboxId of a mailbox: an object id, or MBX:<guid>@<tenant> of an archive
           */
          mailboxId?: string;
          kind?: 'message' | 'event' | 'attachment';
          /**
           * two capital letters of ISO 3166-1
           */
          country?: string;
          /**
           * the whole path of a folder, as documents tell it
           */
          folderPath?: string;
          /**
           * a media type of attachments, like application/pdf
           */
          attachmentType?: string;
          /**
           * true for removed documents alone, by the time of their removal; they are not found by words
           */
          removed?: boolean;
          /**
           * RFC 3339, in UTC
           */
          from?: string;
          /**
           * RFC 3339, in UTC
           */
          to?: string;
          /**
           * `newest` or `oldest` by time: of receipt, of an event its start, of an attachment that of its message. `relevance` by the words of `q`, and the default with them
           */
          sort?: 'newest' | 'oldest' | 'relevance';
        };
      };
      responses: {
        200: {
          content: {
            'application/json': DocumentSummaryPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/documents/facets': {
    /**
     * Count documents by kind, mailbox, source, dataset, country, month and type of attachment
     */
    get: {
      parameters: {
        query?: {
          /**
           * words to find in subject, people, text and links; "in quotes" as a phrase, with - before it not, 1 to 500 characters
           */
          q?: string;
          /**
           * words that the subject, or the name of an attachment, holds all of
           */
          subject?: string;
          /**
           * an address, a domain like @contoso.com, or words of names: of senders, recipients and attendees
           */
          people?: string;
          /**
           * the id of a record, as POST or a list gave it
           */
          datasetId?: string;
          /**
           * the id of a record, as POST or a list gave it
           */
          sourceId?: string;
          /**
           * the mailboxId of a mailbox: an object id, or MBX:<guid>@<tenant> of an archive
           */
          mailboxId?: string;
          kind?: 'message' | 'event' | 'attachment';
          /**
           * two capital letters of ISO 3166-1
           */
          country?: string;
          /**
           * the whole path of a folder, as documents tell it
           */
          folderPath?: string;
          /**
           * a media type of attachments, like application/pdf
           */
          attachmentType?: string;
          /**
           * true for removed documents alone, by the time of their removal; they are not found by words
           */
          removed?: boolean;
          /**
           * RFC 3339, in UTC
           */
          from?: string;
          /**
           * RFC 3339, in UTC
           */
          to?: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Facets;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/documents/{id}': {
    /**
     * One document with its attachments
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a document, percent-encoded
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Document;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/documents/{id}/open': {
    /**
     * Go to the item in Outlook on the web; an attachment opens its message
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a document, percent-encoded
           */
          id: string;
        };
      };
      responses: {
        302: {
          content?: never;
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/documents/{id}/mime': {
    /**
     * The MIME form of a message, as it was read from Graph
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a document, percent-encoded
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'message/rfc822': string;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/documents/export': {
    /**
     * Export what fits as lines of JSON, with a manifest
     */
    post: {
      parameters: {};
      requestBody: {
        content: {
          'application/json': ExportQuery;
        };
      };
      responses: {
        200: {
          content: {
            'application/x-ndjson': string;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/exports': {
    /**
     * Manifests of exports, newest first: of all for admins, else of the own ones
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': ExportPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/exports/{id}': {
    /**
     * The manifest of an export
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': Export;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/geography': {
    /**
     * Documents, sources and mailboxes by country
     */
    get: {
      parameters: {};
      responses: {
        200: {
          content: {
            'application/json': Geography;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/api-keys': {
    /**
     * Make an API key; it is shown this once
     */
    post: {
      parameters: {};
      requestBody: {
        content: {
          'application/json': CreateApiKey;
        };
      };
      responses: {
        201: {
          content: {
            'application/json': NewApiKey;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * List API keys, without the keys themselves
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': ApiKeyPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/api-keys/{id}': {
    /**
     * One API key, without the key itself
     */
    get: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': ApiKey;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
    /**
     * Remove an API key at once
     */
    delete: {
      parameters: {
        path: {
          /**
           * the id of a record, as POST or a list gave it
           */
          id: string;
        };
      };
      responses: {
        204: {
          content?: never;
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
  '/v1/audit': {
    /**
     * Who changed or opened what, newest first
     */
    get: {
      parameters: {
        query?: {
          /**
           * the `next` of the page before
           */
          after?: string;
          /**
           * how many at most, from 1 to 200
           */
          limit?: number;
          /**
           * the id of an API key, the object id of somebody in Entra, or `temporal`
           */
          callerId?: string;
          method?:
            'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'UPDATE' | 'SIGNAL' | 'CANCEL' | 'TERMINATE' | 'PAUSE' | 'UNPAUSE' | 'RESET';
          /**
           * a route as entries name it, like /v1/sources/:id, or an update of Temporal, like pause
           */
          route?: string;
          /**
           * the id of a record that requests concerned
           */
          subjectId?: string;
          /**
           * RFC 3339, in UTC
           */
          from?: string;
          /**
           * RFC 3339, in UTC
           */
          to?: string;
        };
      };
      responses: {
        200: {
          content: {
            'application/json': AuditEntryPage;
          };
        };
        '4XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
        '5XX': {
          content: {
            'application/problem+json': Problem;
          };
        };
      };
    };
  };
}
export interface Liveness {
  live: boolean;
}
export interface Readiness {
  ready: boolean;
  mongodb: {
    ok: boolean;
    detail: string;
  };
  temporal: {
    ok: boolean;
    detail: string;
  };
}
export interface CreateDataset {
  /**
   * a name of 1 to 200 characters
   */
  name: string;
  /**
   * the Entra security groups whose members see the documents; they are told by their ids alone
   */
  groups?: {
    /**
     * the object id of an Entra security group, a GUID as the group's Overview page shows it
     */
    id: string;
    /**
     * what people call the group, 1 to 256 characters
     */
    displayName?: string;
  }[];
}
export interface Dataset {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  name: string;
  groups: {
    id: string;
    displayName?: string;
  }[];
  /**
   * What is allowed but probably not meant, with what to do
   */
  warnings: string[];
  /**
   * RFC 3339, in UTC
   */
  createdAt: string;
  /**
   * RFC 3339, in UTC
   */
  updatedAt: string;
}
export interface Problem {
  /**
   * Stable name of the kind of problem
   */
  type: string;
  title: string;
  status: number;
  /**
   * What is wrong here, and what to do
   */
  detail: string;
  /**
   * Stands in the logs of the API beside this request
   */
  requestId: string;
  errors?: FieldFault[];
  /**
   * The crawl that is in the way
   */
  crawlId?: string;
  /**
   * Where the Temporal Web UI shows that crawl
   */
  temporalUrl?: string;
  /**
   * What a test of the connection found, as POST /v1/sources/test answers it
   */
  report?: {};
  removal?: {
    reason: string;
    at: string;
  };
  [k: string]: unknown;
}
export interface FieldFault {
  in: 'body' | 'query' | 'path' | 'header';
  /**
   * JSON pointer to the field; empty for the whole
   */
  field: string;
  reason: string;
  remedy: string;
}
export interface DatasetPage {
  items: Dataset[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface ChangeDataset {
  /**
   * a name of 1 to 200 characters
   */
  name?: string;
  /**
   * the Entra security groups whose members see the documents; they are told by their ids alone
   */
  groups?: {
    /**
     * the object id of an Entra security group, a GUID as the group's Overview page shows it
     */
    id: string;
    /**
     * what people call the group, 1 to 256 characters
     */
    displayName?: string;
  }[];
}
/**
 * One of secret, certificate and tokenFile must be given.
 */
export interface CreateCredential {
  /**
   * a name of 1 to 200 characters
   */
  name: string;
  /**
   * the Microsoft cloud; custom needs endpoints
   */
  cloud?: 'global' | 'usGovL4' | 'usGovL5' | 'china' | 'custom';
  /**
   * where tokens come from and where Graph answers; both must stand in TRAWL_CUSTOM_ENDPOINTS
   */
  endpoints?: {
    /**
     * an https address without a path, like https://graph.example.org
     */
    authority: string;
    /**
     * an https address without a path, like https://graph.example.org
     */
    graph: string;
  };
  /**
   * the directory (tenant) id of the app registration's Overview page, or a domain of the tenant
   */
  tenantId: string;
  /**
   * the application (client) id of the app registration's Overview page
   */
  clientId: string;
  /**
   * the Value of a client secret of the app registration (not its Secret ID); it is sealed and never given back
   */
  secret?: string;
  /**
   * when the client secret ends, as Entra shows it beside the secret; Trawl warns ahead of it
   */
  secretExpiresAt?: string;
  /**
   * a certificate with its private key, as pem or as pfx; the key is sealed and never given back
   */
  certificate?: {
    /**
     * a PEM text with the certificate and its private key
     */
    pem?: string;
    /**
     * a PFX (PKCS#12) file in base64
     */
    pfx?: string;
    /**
     * the password of the PFX file or of the private key; it is not kept
     */
    password?: string;
  };
  /**
   * the absolute path of a federated token on the machines of the workers, in a folder of TRAWL_FEDERATED_TOKEN_FOLDERS
   */
  tokenFile?: string;
}
export interface Credential {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  name: string;
  cloud: 'global' | 'usGovL4' | 'usGovL5' | 'china' | 'custom';
  endpoints: {
    authority: string;
    graph: string;
  } | null;
  tenantId: string;
  clientId: string;
  /**
   * By what the app signs in
   */
  kind: 'secret' | 'certificate' | 'federatedToken';
  certificate: {
    /**
     * SHA-256 thumbprint in base64url, as `x5t#S256` of the assertions
     */
    x5tS256: string;
    /**
     * SHA-1 thumbprint, as the Entra admin centre lists it
     */
    sha1: string;
    /**
     * RFC 3339, in UTC
     */
    notBefore: string;
    /**
     * RFC 3339, in UTC
     */
    notAfter: string;
  } | null;
  tokenFile: string | null;
  expiry: {
    /**
     * RFC 3339, in UTC
     */
    expiresAt: string;
    /**
     * Whole days that are left; negative when it is over
     */
    days: number;
    /**
     * `expiring`: within TRAWL_EXPIRY_WARNING_DAYS; then warnings says so too
     */
    state: 'valid' | 'expiring' | 'expired';
  } | null;
  /**
   * Grows with each new login
   */
  revision: number;
  /**
   * What is allowed but probably not meant, with what to do
   */
  warnings: string[];
  /**
   * RFC 3339, in UTC
   */
  createdAt: string;
  /**
   * RFC 3339, in UTC
   */
  updatedAt: string;
}
export interface CredentialPage {
  items: Credential[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface WholeCredential {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  name: string;
  cloud: 'global' | 'usGovL4' | 'usGovL5' | 'china' | 'custom';
  endpoints: {
    authority: string;
    graph: string;
  } | null;
  tenantId: string;
  clientId: string;
  /**
   * By what the app signs in
   */
  kind: 'secret' | 'certificate' | 'federatedToken';
  certificate: {
    /**
     * SHA-256 thumbprint in base64url, as `x5t#S256` of the assertions
     */
    x5tS256: string;
    /**
     * SHA-1 thumbprint, as the Entra admin centre lists it
     */
    sha1: string;
    /**
     * RFC 3339, in UTC
     */
    notBefore: string;
    /**
     * RFC 3339, in UTC
     */
    notAfter: string;
  } | null;
  tokenFile: string | null;
  expiry: {
    /**
     * RFC 3339, in UTC
     */
    expiresAt: string;
    /**
     * Whole days that are left; negative when it is over
     */
    days: number;
    /**
     * `expiring`: within TRAWL_EXPIRY_WARNING_DAYS; then warnings says so too
     */
    state: 'valid' | 'expiring' | 'expired';
  } | null;
  /**
   * Grows with each new login
   */
  revision: number;
  /**
   * What is allowed but probably not meant, with what to do
   */
  warnings: string[];
  /**
   * RFC 3339, in UTC
   */
  createdAt: string;
  /**
   * RFC 3339, in UTC
   */
  updatedAt: string;
  lastTest: CredentialTest | null;
}
export interface CredentialTest {
  /**
   * RFC 3339, in UTC
   */
  testedAt: string;
  durationMs: number;
  /**
   * The credential has another secret, tenant or client by now
   */
  outdated: boolean;
  signedIn: boolean;
  /**
   * Why it is in this state; null when there is nothing to explain
   */
  reason: {
    code: string;
    words: string;
    remedy: string;
  } | null;
  tenant: {
    id: string | null;
    name: string | null;
  };
  app: {
    clientId: string;
    name: string | null;
  };
  /**
   * Application permissions in the token
   */
  permissions: string[];
  /**
   * Permissions that are more than Trawl needs
   */
  excess: {
    permission: string;
    reason: 'writes' | 'wider' | 'unused';
    /**
     * What does in its place; empty where nothing needs to
     */
    instead: string[];
  }[];
  capabilities: {
    capability:
      | 'users'
      | 'groups'
      | 'hiddenMembership'
      | 'domains'
      | 'mail'
      | 'mailBodies'
      | 'attachments'
      | 'calendars'
      | 'mailboxSettings'
      | 'archive'
      | 'notifications'
      | 'drives'
      | 'sites';
    service: 'directory' | 'exchange' | 'oneDrive' | 'sharePoint';
    words: string;
    /**
     * `partly`: in some mailboxes or sites only, as a policy of the tenant says; `cannotTell`: it could not be tried
     */
    state: 'works' | 'partly' | 'refused' | 'cannotTell';
    /**
     * Why it is in this state; null when there is nothing to explain
     */
    reason: {
      code: string;
      words: string;
      remedy: string;
    } | null;
    granted: string | null;
    policy: ('accessPolicy' | 'applicationRbac' | 'sitesSelected') | null;
    tried: {
      tried: number;
      readable: number;
      refused: number;
      cannotTell: number;
    } | null;
    mend: {
      permission: string | null;
      /**
       * What an administrator of the tenant does, one after the other
       */
      steps: string[];
      /**
       * Where the documentation tells it in full
       */
      docs: string;
    } | null;
    neededFor: {
      scopes: ('everything' | 'domain' | 'group' | 'user')[];
      settings: string[];
    };
  }[];
  /**
   * Which scopes a source of Exchange may have
   */
  scopes: {
    scope: 'everything' | 'domain' | 'group' | 'user';
    state: 'works' | 'partly' | 'refused' | 'cannotTell';
    /**
     * What is refused, or could not be told
     */
    missing: (
      | 'users'
      | 'groups'
      | 'hiddenMembership'
      | 'domains'
      | 'mail'
      | 'mailBodies'
      | 'attachments'
      | 'calendars'
      | 'mailboxSettings'
      | 'archive'
      | 'notifications'
      | 'drives'
      | 'sites'
    )[];
  }[];
  /**
   * Mailboxes that were tried
   */
  mailboxes: {
    mailboxId: string;
    address: string | null;
    readable: (
      | 'users'
      | 'groups'
      | 'hiddenMembership'
      | 'domains'
      | 'mail'
      | 'mailBodies'
      | 'attachments'
      | 'calendars'
      | 'mailboxSettings'
      | 'archive'
      | 'notifications'
      | 'drives'
      | 'sites'
    )[];
    refused: (
      | 'users'
      | 'groups'
      | 'hiddenMembership'
      | 'domains'
      | 'mail'
      | 'mailBodies'
      | 'attachments'
      | 'calendars'
      | 'mailboxSettings'
      | 'archive'
      | 'notifications'
      | 'drives'
      | 'sites'
    )[];
    code: string | null;
  }[];
  warnings: string[];
}
/**
 * What is not given stays as it is. One of secret, certificate and tokenFile takes the place of what the app signed in by.
 */
export interface ChangeCredential {
  /**
   * a name of 1 to 200 characters
   */
  name?: string;
  /**
   * the directory (tenant) id of the app registration's Overview page, or a domain of the tenant
   */
  tenantId?: string;
  /**
   * the application (client) id of the app registration's Overview page
   */
  clientId?: string;
  /**
   * where tokens come from and where Graph answers; both must stand in TRAWL_CUSTOM_ENDPOINTS
   */
  endpoints?: {
    /**
     * an https address without a path, like https://graph.example.org
     */
    authority: string;
    /**
     * an https address without a path, like https://graph.example.org
     */
    graph: string;
  };
  /**
   * the Value of a client secret of the app registration (not its Secret ID); it is sealed and never given back
   */
  secret?: string;
  secretExpiresAt?: string | null;
  /**
   * a certificate with its private key, as pem or as pfx; the key is sealed and never given back
   */
  certificate?: {
    /**
     * a PEM text with the certificate and its private key
     */
    pem?: string;
    /**
     * a PFX (PKCS#12) file in base64
     */
    pfx?: string;
    /**
     * the password of the PFX file or of the private key; it is not kept
     */
    password?: string;
  };
  /**
   * the absolute path of a federated token on the machines of the workers, in a folder of TRAWL_FEDERATED_TOKEN_FOLDERS
   */
  tokenFile?: string;
}
export interface ChangeSecret {
  /**
   * the Value of a client secret of the app registration (not its Secret ID); it is sealed and never given back
   */
  secret: string;
  /**
   * when the client secret ends, as Entra shows it beside the secret; Trawl warns ahead of it
   */
  secretExpiresAt?: string;
}
export interface TestCredential {
  /**
   * addresses of mailboxes to try first: where a policy lets the app into some only, name one that it should read
   *
   * Items: an address like name@contoso.com
   */
  mailboxes?: string[];
}
/**
 * One of secret, certificate and tokenFile must be given.
 */
export interface TestCredentialDraft {
  /**
   * the Microsoft cloud; custom needs endpoints
   */
  cloud?: 'global' | 'usGovL4' | 'usGovL5' | 'china' | 'custom';
  /**
   * where tokens come from and where Graph answers; both must stand in TRAWL_CUSTOM_ENDPOINTS
   */
  endpoints?: {
    /**
     * an https address without a path, like https://graph.example.org
     */
    authority: string;
    /**
     * an https address without a path, like https://graph.example.org
     */
    graph: string;
  };
  /**
   * the directory (tenant) id of the app registration's Overview page, or a domain of the tenant
   */
  tenantId: string;
  /**
   * the application (client) id of the app registration's Overview page
   */
  clientId: string;
  /**
   * the Value of a client secret of the app registration (not its Secret ID); it is sealed and never given back
   */
  secret?: string;
  /**
   * a certificate with its private key, as pem or as pfx; the key is sealed and never given back
   */
  certificate?: {
    /**
     * a PEM text with the certificate and its private key
     */
    pem?: string;
    /**
     * a PFX (PKCS#12) file in base64
     */
    pfx?: string;
    /**
     * the password of the PFX file or of the private key; it is not kept
     */
    password?: string;
  };
  /**
   * the absolute path of a federated token on the machines of the workers, in a folder of TRAWL_FEDERATED_TOKEN_FOLDERS
   */
  tokenFile?: string;
  /**
   * addresses of mailboxes to try first: where a policy lets the app into some only, name one that it should read
   *
   * Items: an address like name@contoso.com
   */
  mailboxes?: string[];
}
export interface CreateSource {
  /**
   * the id of a record, as POST or a list gave it
   */
  datasetId?: string;
  /**
   * a dataset by its name, made when there is none; instead of datasetId
   */
  dataset?: {
    /**
     * a name of 1 to 200 characters
     */
    name: string;
    /**
     * the Entra security groups whose members see the documents; they are told by their ids alone
     */
    groups?: {
      /**
       * the object id of an Entra security group, a GUID as the group's Overview page shows it
       */
      id: string;
      /**
       * what people call the group, 1 to 256 characters
       */
      displayName?: string;
    }[];
  };
  /**
   * the id of a record, as POST or a list gave it
   */
  credentialId: string;
  service?: 'exchange' | 'oneDrive' | 'sharePoint' | 'exchangeOnPremises';
  scope: ScopeBody;
  narrowing?: NarrowingBody;
  policy?: PolicyBody;
  /**
   * a country by its two capital letters of ISO 3166-1, like DE
   */
  country: string;
  /**
   * what the source is for, 1 to 500 characters
   */
  description?: string;
  priority?: 'high' | 'normal' | 'low';
  mode?: 'once' | 'continuous';
  /**
   * least time between the starts of two cycles in milliseconds, from 60000 (a minute) to 2592000000 (30 days)
   */
  intervalMs?: number;
  /**
   * whether the crawl starts with this request
   */
  startImmediately?: boolean;
  /**
   * when the first crawl starts by itself, within a minute; without it, and without startImmediately, somebody starts it
   */
  startAt?: string;
  /**
   * whether the source is made whatever the test of its connection says, which is kept with it
   */
  ignoreWarning?: boolean;
}
/**
 * Whose mailboxes are read: `everything`; `domain`, all users with an address in a verified domain; `group`, everybody in the group of this address and in its nested groups; `user`, the one mailbox of this address. Each but the first needs the field of its name.
 */
export interface ScopeBody {
  kind: 'everything' | 'domain' | 'group' | 'user';
  /**
   * a domain like contoso.com
   */
  domain?: string;
  /**
   * an address like name@contoso.com
   */
  group?: string;
  /**
   * an address like name@contoso.com
   */
  user?: string;
}
/**
 * Narrows the scope. An empty `include` includes all; what is both included and excluded is excluded. A list given replaces the one before.
 */
export interface NarrowingBody {
  include?: {
    /**
     * Items: an address like name@contoso.com
     */
    addresses?: string[];
    /**
     * addresses of groups; nested ones count
     *
     * Items: an address like name@contoso.com
     */
    groups?: string[];
  };
  exclude?: {
    /**
     * Items: an address like name@contoso.com
     */
    addresses?: string[];
    /**
     * addresses of groups; nested ones count
     *
     * Items: an address like name@contoso.com
     */
    groups?: string[];
  };
}
/**
 * What of a mailbox is read, and how long what is read no more is kept
 */
export interface PolicyBody {
  attachments?: {
    read?: boolean;
    /**
     * bytes from 0 to 157286400
     */
    maxBytes?: number;
    types?: {
      /**
       * media types such as application/pdf or image/*
       */
      include?: string[];
      /**
       * media types such as application/pdf or image/*
       */
      exclude?: string[];
    };
  };
  folders?: {
    hidden?: boolean;
    /**
     * paths below the mailbox root such as Inbox/Projects, or wellKnown:deleteditems; each with all below it
     */
    include?: string[];
    /**
     * paths below the mailbox root such as Inbox/Projects, or wellKnown:deleteditems; each with all below it
     */
    exclude?: string[];
  };
  /**
   * Messages received before are not stored; null for all
   */
  receivedSince?: string | null;
  privateEvents?: 'full' | 'busyOnly' | 'none';
  originalMime?: boolean;
  archive?: boolean;
  recoverableItems?: boolean;
  /**
   * days from 0 to 3650, after which the content of what left the scope is erased
   */
  retireAfterDays?: number;
}
/**
 * With what the last test of its connection found
 */
export interface WholeSource {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  datasetId: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  credentialId: string;
  service: string;
  scope: {
    kind: 'everything' | 'domain' | 'group' | 'user';
    domain?: string;
    group?: string;
    user?: string;
  };
  narrowing: {
    include: {
      addresses: string[];
      groups: string[];
    };
    exclude: {
      addresses: string[];
      groups: string[];
    };
  };
  policy: Policy;
  /**
   * Grows with each change of scope, narrowing or policy
   */
  scopeRevision: number;
  scopeReport: ScopeReport | null;
  country: string;
  countryName: string;
  description: string;
  priority: 'high' | 'normal' | 'low';
  mode: 'once' | 'continuous';
  intervalMs: number;
  state:
    | 'draft'
    | 'ready'
    | 'running'
    | 'waiting'
    | 'pausing'
    | 'paused'
    | 'blocked'
    | 'stopping'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'deleting';
  /**
   * Why it is in this state; null when there is nothing to explain
   */
  stateReason: {
    code: string;
    words: string;
    remedy: string;
  } | null;
  /**
   * RFC 3339, in UTC
   */
  stateSince: string;
  startAt: string | null;
  /**
   * The latest crawl
   */
  crawlId: string | null;
  deletion: {
    documents: 'remove' | 'keep';
    /**
     * RFC 3339, in UTC
     */
    requestedAt: string;
  } | null;
  /**
   * Where the Temporal Web UI shows the workflow; null when TRAWL_TEMPORAL_UI_URL is not set
   */
  temporalUrl: string | null;
  /**
   * What is allowed but probably not meant, with what to do
   */
  warnings: string[];
  /**
   * RFC 3339, in UTC
   */
  createdAt: string;
  /**
   * RFC 3339, in UTC
   */
  updatedAt: string;
  lastTest: ConnectionTest | null;
}
export interface Policy {
  attachments: {
    read: boolean;
    maxBytes: number;
    types: {
      include: string[];
      exclude: string[];
    };
  };
  folders: {
    hidden: boolean;
    include: string[];
    exclude: string[];
  };
  receivedSince: string | null;
  privateEvents: 'full' | 'busyOnly' | 'none';
  originalMime: boolean;
  archive: boolean;
  recoverableItems: boolean;
  retireAfterDays: number;
}
/**
 * How the scope was last resolved
 */
export interface ScopeReport {
  /**
   * RFC 3339, in UTC
   */
  at: string;
  group: {
    kind: 'microsoft365' | 'security' | 'mailEnabledSecurity' | 'distribution';
    dynamic: boolean;
    hidden: boolean;
    nestedGroups: number;
  } | null;
  /**
   * Mailboxes that the scope holds
   */
  mailboxes: number;
  joined: number;
  retired: number;
  /**
   * Mailboxes that vanished together and are kept until somebody confirms
   */
  held: number;
  /**
   * Entries of the directory that could not be read; while there are any, nobody is retired
   */
  unreadable: number;
  /**
   * Members of a group that have no mailbox here, by kind
   */
  withoutMailbox: {
    [k: string]: number;
  };
  /**
   * The first 50 of them; names only as far as the application may read that kind
   */
  withoutMailboxNames: {
    kind: string;
    id: string;
    name: string | null;
    address: string | null;
  }[];
  problem: {
    code: string;
    words: string;
  } | null;
}
export interface ConnectionTest {
  /**
   * RFC 3339, in UTC
   */
  testedAt: string;
  durationMs: number;
  /**
   * The credential or the scope is another one by now
   */
  outdated: boolean;
  /**
   * `unreachable`: Entra or Graph did not answer, so that nothing is proven
   */
  outcome: 'passes' | 'fails' | 'unreachable';
  /**
   * A failure keeps a source from being made, a warning does not
   */
  findings: {
    level: 'failure' | 'warning';
    code: string;
    words: string;
    remedy: string;
    detail: string | null;
    capability:
      | (
          | 'users'
          | 'groups'
          | 'hiddenMembership'
          | 'domains'
          | 'mail'
          | 'mailBodies'
          | 'attachments'
          | 'calendars'
          | 'mailboxSettings'
          | 'archive'
          | 'notifications'
          | 'drives'
          | 'sites'
        )
      | null;
    mend: {
      permission: string | null;
      /**
       * What an administrator of the tenant does, one after the other
       */
      steps: string[];
      /**
       * Where the documentation tells it in full
       */
      docs: string;
    } | null;
    /**
     * Where the documentation tells more
     */
    docs: string;
  }[];
  domain: {
    verified: boolean;
    verifiedDomains: string[];
  } | null;
  group: {
    kind: 'microsoft365' | 'security' | 'mailEnabledSecurity' | 'distribution';
    dynamic: boolean;
    hidden: boolean;
    nestedGroups: number;
  } | null;
  mailboxes: {
    count: number;
    /**
     * false: there are more, which were not counted
     */
    complete: boolean;
  } | null;
  /**
   * Members of a group that have no mailbox here, by kind
   */
  withoutMailbox: {
    [k: string]: number;
  };
  /**
   * The first 50 of them; names only as far as the application may read that kind
   */
  withoutMailboxNames: {
    kind: string;
    id: string;
    name: string | null;
    address: string | null;
  }[];
  /**
   * Mailboxes of the scope that were tried
   */
  samples: PreviewedMailbox[];
}
export interface PreviewedMailbox {
  mailboxId: string;
  address: string | null;
  displayName: string | null;
  class:
    | 'user'
    | 'linked'
    | 'shared'
    | 'room'
    | 'equipment'
    | 'other'
    | 'guest'
    | 'unlicensed'
    | 'onPremises'
    | 'softDeleted'
    | 'notStarted'
    | 'archive'
    | 'unknown';
  /**
   * `partly`: some of what the source wants is refused; `absent`: there is no mailbox; `notTried`: listed, and no more
   */
  state: 'readable' | 'partly' | 'refused' | 'absent' | 'cannotTell' | 'notTried';
  /**
   * Why it is in this state; null when there is nothing to explain
   */
  reason: {
    code: string;
    words: string;
    remedy: string;
  } | null;
  refused: (
    | 'users'
    | 'groups'
    | 'hiddenMembership'
    | 'domains'
    | 'mail'
    | 'mailBodies'
    | 'attachments'
    | 'calendars'
    | 'mailboxSettings'
    | 'archive'
    | 'notifications'
    | 'drives'
    | 'sites'
  )[];
  folders: number | null;
  items: number | null;
}
export interface SourcePage {
  items: Source[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface Source {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  datasetId: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  credentialId: string;
  service: string;
  scope: {
    kind: 'everything' | 'domain' | 'group' | 'user';
    domain?: string;
    group?: string;
    user?: string;
  };
  narrowing: {
    include: {
      addresses: string[];
      groups: string[];
    };
    exclude: {
      addresses: string[];
      groups: string[];
    };
  };
  policy: Policy;
  /**
   * Grows with each change of scope, narrowing or policy
   */
  scopeRevision: number;
  scopeReport: ScopeReport | null;
  country: string;
  countryName: string;
  description: string;
  priority: 'high' | 'normal' | 'low';
  mode: 'once' | 'continuous';
  intervalMs: number;
  state:
    | 'draft'
    | 'ready'
    | 'running'
    | 'waiting'
    | 'pausing'
    | 'paused'
    | 'blocked'
    | 'stopping'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'deleting';
  /**
   * Why it is in this state; null when there is nothing to explain
   */
  stateReason: {
    code: string;
    words: string;
    remedy: string;
  } | null;
  /**
   * RFC 3339, in UTC
   */
  stateSince: string;
  startAt: string | null;
  /**
   * The latest crawl
   */
  crawlId: string | null;
  deletion: {
    documents: 'remove' | 'keep';
    /**
     * RFC 3339, in UTC
     */
    requestedAt: string;
  } | null;
  /**
   * Where the Temporal Web UI shows the workflow; null when TRAWL_TEMPORAL_UI_URL is not set
   */
  temporalUrl: string | null;
  /**
   * What is allowed but probably not meant, with what to do
   */
  warnings: string[];
  /**
   * RFC 3339, in UTC
   */
  createdAt: string;
  /**
   * RFC 3339, in UTC
   */
  updatedAt: string;
}
/**
 * What is not given stays as it is. Another scope, narrowing or policy takes effect with the next cycle.
 */
export interface ChangeSource {
  /**
   * what the source is for, 1 to 500 characters
   */
  description?: string;
  priority?: 'high' | 'normal' | 'low';
  mode?: 'once' | 'continuous';
  /**
   * least time between the starts of two cycles in milliseconds, from 60000 (a minute) to 2592000000 (30 days)
   */
  intervalMs?: number;
  /**
   * a country by its two capital letters of ISO 3166-1, like DE
   */
  country?: string;
  startAt?: string | null;
  scope?: ScopeBody;
  narrowing?: NarrowingBody;
  policy?: PolicyBody;
}
export interface TestSource {
  /**
   * the id of a record, as POST or a list gave it
   */
  datasetId?: string;
  /**
   * a dataset by its name, made when there is none; instead of datasetId
   */
  dataset?: {
    /**
     * a name of 1 to 200 characters
     */
    name: string;
    /**
     * the Entra security groups whose members see the documents; they are told by their ids alone
     */
    groups?: {
      /**
       * the object id of an Entra security group, a GUID as the group's Overview page shows it
       */
      id: string;
      /**
       * what people call the group, 1 to 256 characters
       */
      displayName?: string;
    }[];
  };
  /**
   * the id of a record, as POST or a list gave it
   */
  credentialId: string;
  service?: 'exchange' | 'oneDrive' | 'sharePoint' | 'exchangeOnPremises';
  scope: ScopeBody;
  narrowing?: NarrowingBody;
  policy?: PolicyBody;
  /**
   * a country by its two capital letters of ISO 3166-1, like DE
   */
  country?: string;
  /**
   * what the source is for, 1 to 500 characters
   */
  description?: string;
  priority?: 'high' | 'normal' | 'low';
  mode?: 'once' | 'continuous';
  /**
   * least time between the starts of two cycles in milliseconds, from 60000 (a minute) to 2592000000 (30 days)
   */
  intervalMs?: number;
  /**
   * whether the crawl starts with this request
   */
  startImmediately?: boolean;
  /**
   * when the first crawl starts by itself, within a minute; without it, and without startImmediately, somebody starts it
   */
  startAt?: string;
  /**
   * whether the source is made whatever the test of its connection says, which is kept with it
   */
  ignoreWarning?: boolean;
}
export interface Preview {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  /**
   * RFC 3339, in UTC
   */
  expiresAt: string;
  test: ConnectionTest;
  estimate: {
    mailboxes: number;
    items: number;
    requests: number;
    seconds: number;
    bytes: number;
    limitedBy: 'mailboxLimit' | 'latency' | 'worker';
    basis: {
      name: string;
      value: number;
      kind: 'measured' | 'limit' | 'assumed';
      words: string;
    }[];
  } | null;
  mailboxes: PreviewedMailboxPage;
}
export interface PreviewedMailboxPage {
  items: PreviewedMailbox[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface Started {
  /**
   * the id of a record, as POST or a list gave it
   */
  crawlId: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  sourceId: string;
  state:
    | 'draft'
    | 'ready'
    | 'running'
    | 'waiting'
    | 'pausing'
    | 'paused'
    | 'blocked'
    | 'stopping'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'deleting';
  /**
   * Where the Temporal Web UI shows the workflow; null when TRAWL_TEMPORAL_UI_URL is not set
   */
  temporalUrl: string | null;
}
export interface Commanded {
  /**
   * the id of a record, as POST or a list gave it
   */
  sourceId: string;
  state:
    | 'draft'
    | 'ready'
    | 'running'
    | 'waiting'
    | 'pausing'
    | 'paused'
    | 'blocked'
    | 'stopping'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'deleting';
}
export interface CrawlDetail {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  sourceId: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  datasetId: string;
  mode: 'once' | 'continuous';
  state:
    | 'draft'
    | 'ready'
    | 'running'
    | 'waiting'
    | 'pausing'
    | 'paused'
    | 'blocked'
    | 'stopping'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'deleting';
  /**
   * Why it is in this state; null when there is nothing to explain
   */
  stateReason: {
    code: string;
    words: string;
    remedy: string;
  } | null;
  /**
   * The latest cycle, from 1; 0 before the first
   */
  cycle: number;
  /**
   * The last 50
   */
  cycles: Cycle[];
  counts: Counts;
  /**
   * RFC 3339, in UTC
   */
  startedAt: string;
  endedAt: string | null;
  /**
   * Where the Temporal Web UI shows the workflow; null when TRAWL_TEMPORAL_UI_URL is not set
   */
  temporalUrl: string | null;
  /**
   * Where the crawl stands; null once it has ended
   */
  progress: {
    mailboxes: {
      /**
       * Mailboxes that the scope holds
       */
      known: number;
      /**
       * Of them, those that the running cycle is through with, however they ended
       */
      closed: number;
      /**
       * Mailboxes by their state now
       */
      byState: {
        [k: string]: number;
      };
    };
    documentsPerSecond: number | null;
    secondsLeft: number | null;
    /**
     * Mailboxes that could not be read or were interrupted, by reason, with what to do
     */
    blocked: {
      /**
       * Why it is in this state; null when there is nothing to explain
       */
      reason: {
        code: string;
        words: string;
        remedy: string;
      } | null;
      mailboxes: number;
    }[];
  } | null;
}
export interface Cycle {
  number: number;
  /**
   * RFC 3339, in UTC
   */
  startedAt: string;
  endedAt: string | null;
  completeness: ('complete' | 'completeWithSkips' | 'incomplete') | null;
  counts: Counts;
  /**
   * Mailboxes by how they ended
   */
  mailboxes: {
    [k: string]: number;
  };
  scope: ScopeReport | null;
  /**
   * What keeps the cycle from being complete: mailboxes by code of docs/errors.md
   */
  reasons: {
    [k: string]: number;
  };
  /**
   * Items given up, by code of docs/errors.md
   */
  skipped: {
    [k: string]: number;
  };
}
export interface Counts {
  pages: number;
  /**
   * Documents written: new, changed or moved
   */
  documents: number;
  removed: number;
  skips: number;
  /**
   * Requests sent to Microsoft Graph
   */
  requests: number;
}
export interface CrawlPage {
  items: Crawl[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface Crawl {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  sourceId: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  datasetId: string;
  mode: 'once' | 'continuous';
  state:
    | 'draft'
    | 'ready'
    | 'running'
    | 'waiting'
    | 'pausing'
    | 'paused'
    | 'blocked'
    | 'stopping'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'deleting';
  /**
   * Why it is in this state; null when there is nothing to explain
   */
  stateReason: {
    code: string;
    words: string;
    remedy: string;
  } | null;
  /**
   * The latest cycle, from 1; 0 before the first
   */
  cycle: number;
  /**
   * The last 50
   */
  cycles: Cycle[];
  counts: Counts;
  /**
   * RFC 3339, in UTC
   */
  startedAt: string;
  endedAt: string | null;
  /**
   * Where the Temporal Web UI shows the workflow; null when TRAWL_TEMPORAL_UI_URL is not set
   */
  temporalUrl: string | null;
}
export interface MailboxPage {
  items: Mailbox[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface Mailbox {
  id: string;
  /**
   * Object id of the user in Entra; of an in-place archive MBX:<guid>@<tenant>
   */
  mailboxId: string;
  address: string | null;
  aliases: string[];
  displayName: string | null;
  class:
    | 'user'
    | 'linked'
    | 'shared'
    | 'room'
    | 'equipment'
    | 'other'
    | 'guest'
    | 'unlicensed'
    | 'onPremises'
    | 'softDeleted'
    | 'notStarted'
    | 'archive'
    | 'unknown';
  archiveOf: string | null;
  state: 'pending' | 'running' | 'done' | 'doneWithSkips' | 'blocked' | 'ineligible' | 'interrupted' | 'retired';
  /**
   * Why it is in this state; null when there is nothing to explain
   */
  reason: {
    code: string;
    words: string;
    remedy: string;
  } | null;
  /**
   * What does not stop the crawl of the mailbox but is to be known
   *
   * Items: Why it is in this state; null when there is nothing to explain
   */
  notes: ({
    code: string;
    words: string;
    remedy: string;
  } | null)[];
  /**
   * Since when it cannot be read; what is stored of it stays until it can
   */
  unreadableSince: string | null;
  foldersNotRead: {
    search: number;
    hidden: number;
    excluded: number;
    notIncluded: number;
    recoverableItems: number;
  };
  /**
   * Calendars that are listed but not read, since they are not of this mailbox
   */
  ignoredCalendars: {
    name: string;
    why: 'shared' | 'subscribed' | 'unreadable';
    owner: string | null;
  }[];
  /**
   * Calendars that are read though Graph names no owner
   */
  ownerlessCalendars: string[];
  completeness: ('complete' | 'completeWithSkips' | 'incomplete') | null;
  /**
   * What keeps it from being complete: its folders and calendars by code of docs/errors.md
   */
  reasons: {
    [k: string]: number;
  };
  counts: Counts;
  lastClosedAt: string | null;
  /**
   * RFC 3339, in UTC
   */
  createdAt: string;
}
export interface SkipPage {
  items: Skip[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface Skip {
  id: string;
  mailboxId: string;
  graphId: string;
  streamId: string | null;
  code: string;
  words: string;
  remedy: string;
  tries: number;
  state: 'open' | 'retried' | 'gone' | 'accepted';
  /**
   * RFC 3339, in UTC
   */
  firstAt: string;
  /**
   * RFC 3339, in UTC
   */
  lastAt: string;
  nextTryAt: string | null;
}
export interface Retried {
  /**
   * the id of a record, as POST or a list gave it
   */
  sourceId: string;
  crawlId: string | null;
  /**
   * A crawl that is paused or blocked takes it up when it goes on
   */
  state:
    | 'draft'
    | 'ready'
    | 'running'
    | 'waiting'
    | 'pausing'
    | 'paused'
    | 'blocked'
    | 'stopping'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'deleting';
  /**
   * Whether a crawl was started for it, since none was running
   */
  started: boolean;
}
/**
 * Which open skips: all that fit everything given; all of the source when nothing is
 */
export interface ChooseSkips {
  /**
   * ids of skips, as their list gives them
   */
  ids?: string[];
  /**
   * the object id of a mailbox
   */
  mailboxId?: string;
  /**
   * a code of docs/errors.md
   */
  code?: string;
}
export interface SkipsRetried {
  /**
   * How many skips are due at once
   */
  skips: number;
  crawlId: string | null;
  state:
    | 'draft'
    | 'ready'
    | 'running'
    | 'waiting'
    | 'pausing'
    | 'paused'
    | 'blocked'
    | 'stopping'
    | 'stopped'
    | 'completed'
    | 'failed'
    | 'deleting';
  /**
   * Whether a crawl was started for it, since none was running
   */
  started: boolean;
}
export interface SkipsChanged {
  /**
   * How many skips were changed
   */
  skips: number;
}
export interface DocumentSummaryPage {
  items: DocumentSummary[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface DocumentSummary {
  id: string;
  kind: 'message' | 'event' | 'attachment';
  sourceId: string;
  sourceDeletedAt: string | null;
  datasetId: string;
  mailboxId: string;
  country: string;
  folderPath: string | null;
  subject: string | null;
  from: {
    name: string | null;
    address: string | null;
  } | null;
  to: {
    name: string | null;
    address: string | null;
  }[];
  organizer: {
    name: string | null;
    address: string | null;
  } | null;
  sentAt: string | null;
  receivedAt: string | null;
  startAt: string | null;
  endAt: string | null;
  preview: string | null;
  hasAttachments: boolean;
  webLink: string | null;
  parentId: string | null;
  attachment: Attachment | null;
  removal: {
    reason: 'deleted' | 'movedOut' | 'mailboxGone' | 'outOfScope' | 'accessLost';
    /**
     * RFC 3339, in UTC
     */
    at: string;
  } | null;
}
export interface Attachment {
  id: string;
  name: string | null;
  contentType: string | null;
  attachmentType: string;
  inline: boolean;
  bytes: number | null;
  sha256: string | null;
  mediaType: string | null;
  extraction: {
    outcome: 'text' | 'empty' | 'encrypted' | 'broken' | 'tooBig' | 'unsupported' | 'timedOut' | 'tooMuchMemory' | 'notRead';
    words: string | null;
  } | null;
  link: {
    url: string | null;
    provider: string | null;
  } | null;
  /**
   * How many files lie in it, each a document below it
   */
  parts: number;
}
export interface Facets {
  /**
   * How many documents were counted
   */
  counted: number;
  /**
   * False when more fit than are counted (100,000): then these are counts of the newest, or of some with `q`
   */
  complete: boolean;
  /**
   * Kinds, the most frequent first, 100 at most
   */
  kinds: {
    value: string;
    count: number;
  }[];
  /**
   * Mailboxes by mailboxId, the most frequent first, 100 at most
   */
  mailboxes: {
    value: string;
    count: number;
  }[];
  /**
   * Sources by id, the most frequent first, 100 at most
   */
  sources: {
    value: string;
    count: number;
  }[];
  /**
   * Datasets by id, the most frequent first, 100 at most
   */
  datasets: {
    value: string;
    count: number;
  }[];
  /**
   * Countries, the most frequent first, 100 at most
   */
  countries: {
    value: string;
    count: number;
  }[];
  /**
   * Months in UTC, like 2026-03, the most frequent first, 100 at most
   */
  months: {
    value: string;
    count: number;
  }[];
  /**
   * Media types of attachments, the most frequent first, 100 at most
   */
  attachmentTypes: {
    value: string;
    count: number;
  }[];
}
export interface Document {
  id: string;
  kind: 'message' | 'event' | 'attachment';
  sourceId: string;
  sourceDeletedAt: string | null;
  datasetId: string;
  mailboxId: string;
  country: string;
  folderPath: string | null;
  subject: string | null;
  from: {
    name: string | null;
    address: string | null;
  } | null;
  to: {
    name: string | null;
    address: string | null;
  }[];
  organizer: {
    name: string | null;
    address: string | null;
  } | null;
  sentAt: string | null;
  receivedAt: string | null;
  startAt: string | null;
  endAt: string | null;
  preview: string | null;
  hasAttachments: boolean;
  webLink: string | null;
  parentId: string | null;
  attachment: Attachment | null;
  removal: {
    reason: 'deleted' | 'movedOut' | 'mailboxGone' | 'outOfScope' | 'accessLost';
    /**
     * RFC 3339, in UTC
     */
    at: string;
  } | null;
  graphId: string;
  internetMessageId: string | null;
  conversationId: string | null;
  iCalUId: string | null;
  sender: {
    name: string | null;
    address: string | null;
  } | null;
  cc: {
    name: string | null;
    address: string | null;
  }[];
  bcc: {
    name: string | null;
    address: string | null;
  }[];
  replyTo: {
    name: string | null;
    address: string | null;
  }[];
  timeZone: string | null;
  allDay: boolean;
  eventType: string | null;
  seriesMasterId: string | null;
  location: string | null;
  cancelled: boolean;
  conversationIndex: string | null;
  inReplyTo: string | null;
  references: string[];
  attendees: {
    name: string | null;
    address: string | null;
    type: string | null;
    response: string | null;
    respondedAt: string | null;
  }[];
  endTimeZone: string | null;
  originalStartAt: string | null;
  cancelledOccurrences: string[];
  recurrence: unknown;
  showAs: string | null;
  response: string | null;
  onlineMeeting: {
    provider: string | null;
    joinUrl: string | null;
  } | null;
  /**
   * A private event of which only the times are kept, as the policy of the source says
   */
  busyOnly: boolean;
  meeting: {
    type: string | null;
    startAt: string | null;
    endAt: string | null;
    allDay: boolean;
    location: string | null;
    recurrence: unknown;
    outOfDate: boolean;
    requestType: string | null;
    responseType: string | null;
    event?: {
      graphId: string;
      iCalUId: string | null;
      organizer: {
        name: string | null;
        address: string | null;
      } | null;
      seriesMasterId: string | null;
    } | null;
  } | null;
  flag: string | null;
  flagStartAt: string | null;
  flagDueAt: string | null;
  flagCompletedAt: string | null;
  inferenceClassification: string | null;
  readReceiptRequested: boolean;
  deliveryReceiptRequested: boolean;
  links: string[];
  linksTruncated: boolean;
  headers: {
    name: string;
    value: string;
  }[];
  /**
   * True when headers were left out or cut
   */
  headersTruncated: boolean;
  /**
   * Encryption and signatures that were seen, and where; nothing is said of what was not seen
   */
  protection: {
    kind: 'smimeSigned' | 'smimeEncrypted' | 'smime' | 'pgpSigned' | 'pgpEncrypted' | 'rightsProtected';
    seenIn: 'header' | 'body' | 'attachment';
  }[];
  size: {
    bytes: number;
    of: 'mime' | 'parts';
  } | null;
  mime: {
    bytes: number;
    sha256: string;
    /**
     * RFC 3339, in UTC
     */
    readAt: string;
  } | null;
  importance: string | null;
  sensitivity: string | null;
  categories: string[];
  read: boolean;
  draft: boolean;
  body: {
    contentType: 'text' | 'html';
    content: string | null;
    bytes: number;
  } | null;
  text: string | null;
  textTruncated: boolean;
  attachments: Attachment[];
  crawlId: string;
  /**
   * RFC 3339, in UTC
   */
  firstSeenAt: string;
  /**
   * RFC 3339, in UTC
   */
  lastSeenAt: string;
  lastModifiedAt: string | null;
}
export interface ExportQuery {
  /**
   * words to find in subject, people, text and links; "in quotes" as a phrase, with - before it not, 1 to 500 characters
   */
  q?: string;
  /**
   * words that the subject, or the name of an attachment, holds all of
   */
  subject?: string;
  /**
   * an address, a domain like @contoso.com, or words of names: of senders, recipients and attendees
   */
  people?: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  datasetId?: string;
  /**
   * the id of a record, as POST or a list gave it
   */
  sourceId?: string;
  /**
   * the mailboxId of a mailbox: an object id, or MBX:<guid>@<tenant> of an archive
   */
  mailboxId?: string;
  kind?: 'message' | 'event' | 'attachment';
  /**
   * two capital letters of ISO 3166-1
   */
  country?: string;
  /**
   * the whole path of a folder, as documents tell it
   */
  folderPath?: string;
  /**
   * a media type of attachments, like application/pdf
   */
  attachmentType?: string;
  /**
   * true for removed documents alone, by the time of their removal; they are not found by words
   */
  removed?: boolean;
  /**
   * RFC 3339, in UTC
   */
  from?: string;
  /**
   * RFC 3339, in UTC
   */
  to?: string;
}
export interface ExportPage {
  items: Export[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
/**
 * The manifest of an export
 */
export interface Export {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  state: 'running' | 'complete' | 'incomplete';
  reason: ('clientGone' | 'stopping' | 'failed' | 'lost') | null;
  caller: {
    kind: 'apiKey' | 'user' | 'temporal' | 'trawl';
    id: string;
    name: string;
  };
  /**
   * What was asked for
   */
  query: {
    [k: string]: unknown;
  };
  /**
   * The datasets that were searched: those that the caller could see
   */
  datasetIds: string[];
  /**
   * Documents
   */
  count: number;
  /**
   * Of the lines of documents
   */
  bytes: number;
  sha256: string | null;
  /**
   * RFC 3339, in UTC
   */
  startedAt: string;
  endedAt: string | null;
}
export interface Geography {
  countries: {
    /**
     * Two capital letters of ISO 3166-1
     */
    country: string;
    countryName: string;
    /**
     * Live documents that the caller may see and that search finds by now: messages, events, attachments, and files within these
     */
    documents: number;
    sources: number;
    /**
     * Of these sources, without retired ones; one that two sources read counts twice
     */
    mailboxes: number;
  }[];
}
export interface CreateApiKey {
  /**
   * who holds the key, 1 to 200 characters
   */
  name: string;
  role: 'admin' | 'operator' | 'reader';
  /**
   * object ids of the Entra security groups that the holder is in
   *
   * Items: the object id of an Entra security group, a GUID as the group's Overview page shows it
   */
  groupIds?: string[];
  /**
   * RFC 3339, in UTC
   */
  expiresAt?: string;
}
export interface NewApiKey {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  name: string;
  role: 'admin' | 'operator' | 'reader';
  groupIds: string[];
  /**
   * RFC 3339, in UTC
   */
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
  /**
   * Shown this once; keep it safe
   */
  key: string;
}
export interface ApiKeyPage {
  items: ApiKey[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface ApiKey {
  /**
   * the id of a record, as POST or a list gave it
   */
  id: string;
  name: string;
  role: 'admin' | 'operator' | 'reader';
  groupIds: string[];
  /**
   * RFC 3339, in UTC
   */
  createdAt: string;
  expiresAt: string | null;
  lastUsedAt: string | null;
}
export interface AuditEntryPage {
  items: AuditEntry[];
  /**
   * Give it as `after` to read on; null at the end
   */
  next: string | null;
}
export interface AuditEntry {
  /**
   * The id of the request, as `x-request-id`, problems and log lines have it
   */
  id: string;
  /**
   * RFC 3339, in UTC
   */
  at: string;
  caller: {
    kind: 'apiKey' | 'user' | 'temporal' | 'trawl';
    /**
     * Of the API key, or the object id of somebody in Entra
     */
    id: string;
    /**
     * The name of the key as it was then; of what was done in Temporal the identity that Temporal was told
     */
    name: string;
  };
  method: string;
  /**
   * The pattern of the route; of what was done in Temporal the name of the update or signal
   */
  route: string;
  /**
   * Ids of the path, of what was made, and of what else the request concerned
   */
  subjectIds: string[];
  createdId: string | null;
  status: number | null;
}
