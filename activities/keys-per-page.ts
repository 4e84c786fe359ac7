/** Ids and change keys to a page: the most that a list gives (learn.microsoft.com/graph/api/user-list-messages), and small in a delta too. */
export const keysPerPage = 1_000;
