import { problem } from '../http/problem.ts';

/** As OneDrive and SharePoint word their refusals: learn.microsoft.com/graph/errors. */
export const FILE_PROBLEMS = {
  itemNotFound: () => problem(404, 'itemNotFound', 'The resource could not be found.'),
  noDrive: () => problem(404, 'ResourceNotFound', "User's mysite not found."),
  badDriveId: () => problem(400, 'invalidRequest', 'The provided drive id appears to be malformed, or does not represent a valid drive.'),
  badSiteId: () => problem(400, 'invalidRequest', 'Invalid hostname for this tenancy'),
  badShare: () => problem(400, 'invalidRequest', 'The sharing token is invalid.'),
  notAFile: () => problem(400, 'invalidRequest', 'You cannot get content for a folder'),
  badToken: () => problem(400, 'invalidRequest', 'The delta token is not valid.'),
  badFormat: (format: string) => problem(406, 'notSupported', `Converting the file to the format '${format}' is not supported.`),
  badOption: (message: string) => problem(400, 'invalidRequest', message),
} as const;

export const FILE_READERS = [
  'Files.Read.All', 'Files.ReadWrite.All', 'Sites.Read.All', 'Sites.ReadWrite.All', 'Sites.Manage.All', 'Sites.FullControl.All',
  'Files.Read', 'Files.ReadWrite',
] as const; // prettier-ignore
export const SITE_READERS = ['Sites.Read.All', 'Sites.ReadWrite.All', 'Sites.Manage.All', 'Sites.FullControl.All'] as const;
export const SHARE_READERS = ['Files.ReadWrite.All', 'Sites.ReadWrite.All', 'Sites.FullControl.All', 'Files.ReadWrite'] as const;
