import type { GraphRoute } from '../http/graph-context.ts';
import { collectionRoutes } from './collections.ts';
import { deletedItemRoutes } from './deleted-items.ts';
import { deltaRoutes } from './delta.ts';
import { directoryObjectRoutes } from './directory-objects.ts';
import { licenseRoutes } from './licenses.ts';
import { membershipRoutes } from './memberships.ts';
import { photoRoutes } from './photos.ts';
import { tenantRoutes } from './tenant.ts';
import { userRoutes } from './users.ts';

/** Everything that Entra ID's directory answers. */
export const directoryRoutes: readonly GraphRoute[] = [
  ...userRoutes,
  ...collectionRoutes,
  ...deltaRoutes,
  ...membershipRoutes,
  ...directoryObjectRoutes,
  ...licenseRoutes,
  ...photoRoutes,
  ...tenantRoutes,
  ...deletedItemRoutes,
];
