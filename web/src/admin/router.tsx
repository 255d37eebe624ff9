import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  parseSearchWith,
  stringifySearchWith,
} from '@tanstack/react-router';
import { FormSkeleton } from '@/shared/ui/Loading';
import { NotFound } from './shell/NotFound';
import { PageError } from './shell/PageError';

const root = createRootRoute({ component: Outlet });

// Set-up and sign-in stand alone; everything else is inside the shell.
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: lazyRouteComponent(() => import('./shell/Shell'), 'Shell'),
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  component: lazyRouteComponent(() => import('./shell/Home'), 'Home'),
});

const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  component: lazyRouteComponent(() => import('./features/setup/SetupPage'), 'SetupPage'),
});

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/signin',
  component: lazyRouteComponent(() => import('./features/signin/SignInPage'), 'SignInPage'),
});

const dashboard = createRoute({
  getParentRoute: () => shell,
  path: '/dashboard',
  component: lazyRouteComponent(() => import('./features/dashboard/DashboardPage'), 'DashboardPage'),
});

const rfm = createRoute({
  getParentRoute: () => shell,
  path: '/rfm',
  component: lazyRouteComponent(() => import('./features/rfm/RfmPage'), 'RfmPage'),
});

const customers = createRoute({
  getParentRoute: () => shell,
  path: '/customers',
  component: lazyRouteComponent(() => import('./features/customers/CustomersPage'), 'CustomersPage'),
});

const customer = createRoute({
  getParentRoute: () => shell,
  path: '/customers/$id',
  component: lazyRouteComponent(() => import('./features/customers/CustomerPage'), 'CustomerPage'),
});

const segments = createRoute({
  getParentRoute: () => shell,
  path: '/segments',
  component: lazyRouteComponent(() => import('./features/segments/SegmentsPage'), 'SegmentsPage'),
});

const newSegment = createRoute({
  getParentRoute: () => shell,
  path: '/segments/new',
  component: lazyRouteComponent(() => import('./features/segments/EditSegmentPage'), 'NewSegmentPage'),
});

const segment = createRoute({
  getParentRoute: () => shell,
  path: '/segments/$id',
  component: lazyRouteComponent(() => import('./features/segments/SegmentPage'), 'SegmentPage'),
});

const editSegment = createRoute({
  getParentRoute: () => shell,
  path: '/segments/$id/edit',
  component: lazyRouteComponent(() => import('./features/segments/EditSegmentPage'), 'EditSegmentPage'),
});

const tags = createRoute({
  getParentRoute: () => shell,
  path: '/tags',
  component: lazyRouteComponent(() => import('./features/tags/TagsPage'), 'TagsPage'),
});

const newTagRule = createRoute({
  getParentRoute: () => shell,
  path: '/tags/rules/new',
  component: lazyRouteComponent(() => import('./features/tags/EditTagRulePage'), 'NewTagRulePage'),
});

const editTagRule = createRoute({
  getParentRoute: () => shell,
  path: '/tags/rules/$id',
  component: lazyRouteComponent(() => import('./features/tags/EditTagRulePage'), 'EditTagRulePage'),
});

const merges = createRoute({
  getParentRoute: () => shell,
  path: '/merges',
  component: lazyRouteComponent(() => import('./features/merges/MergesPage'), 'MergesPage'),
});

const orders = createRoute({
  getParentRoute: () => shell,
  path: '/orders',
  component: lazyRouteComponent(() => import('./features/orders/OrdersPage'), 'OrdersPage'),
});

const order = createRoute({
  getParentRoute: () => shell,
  path: '/orders/$id',
  component: lazyRouteComponent(() => import('./features/orders/OrderPage'), 'OrderPage'),
});

const products = createRoute({
  getParentRoute: () => shell,
  path: '/products',
  component: lazyRouteComponent(() => import('./features/products/ProductsPage'), 'ProductsPage'),
});

const product = createRoute({
  getParentRoute: () => shell,
  path: '/products/$id',
  component: lazyRouteComponent(() => import('./features/products/ProductPage'), 'ProductPage'),
});

const imports = createRoute({
  getParentRoute: () => shell,
  path: '/imports',
  component: lazyRouteComponent(() => import('./features/imports/ImportsPage'), 'ImportsPage'),
});

const shops = createRoute({
  getParentRoute: () => shell,
  path: '/shops',
  component: lazyRouteComponent(() => import('./features/shops/ShopsPage'), 'ShopsPage'),
});

const staff = createRoute({
  getParentRoute: () => shell,
  path: '/staff',
  component: lazyRouteComponent(() => import('./features/staff/StaffPage'), 'StaffPage'),
});

const apiKeys = createRoute({
  getParentRoute: () => shell,
  path: '/api-keys',
  component: lazyRouteComponent(() => import('./features/apikeys/ApiKeysPage'), 'ApiKeysPage'),
});

const audit = createRoute({
  getParentRoute: () => shell,
  path: '/audit',
  component: lazyRouteComponent(() => import('./features/audit/AuditPage'), 'AuditPage'),
});

const jobs = createRoute({
  getParentRoute: () => shell,
  path: '/jobs',
  component: lazyRouteComponent(() => import('./features/jobs/JobsPage'), 'JobsPage'),
});

const settings = createRoute({
  getParentRoute: () => shell,
  path: '/settings',
  component: lazyRouteComponent(() => import('./features/settings/SettingsPage'), 'SettingsPage'),
});

const packs = createRoute({
  getParentRoute: () => shell,
  path: '/packs',
  component: lazyRouteComponent(() => import('./features/packs/PacksPage'), 'PacksPage'),
});

const apiReference = createRoute({
  getParentRoute: () => shell,
  path: '/api-reference',
  component: lazyRouteComponent(() => import('./features/apiref/ApiReferencePage'), 'ApiReferencePage'),
});

const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyRouteComponent(() => import('./features/account/AccountPage'), 'AccountPage'),
});

// Inside the shell, so that the way on is in sight.
const elsewhere = createRoute({ getParentRoute: () => shell, path: '$', component: NotFound });

const routeTree = root.addChildren([
  setup,
  signIn,
  shell.addChildren([
    home,
    dashboard,
    rfm,
    customers,
    customer,
    segments,
    newSegment,
    segment,
    editSegment,
    tags,
    newTagRule,
    editTagRule,
    merges,
    orders,
    order,
    products,
    product,
    imports,
    shops,
    staff,
    apiKeys,
    audit,
    jobs,
    packs,
    settings,
    apiReference,
    account,
    elsewhere,
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  defaultErrorComponent: PageError,
  defaultNotFoundComponent: NotFound,
  defaultPendingComponent: FormSkeleton,
  scrollRestoration: true,
  // Parameters are plain text: ?q=8952, not ?q="8952".
  parseSearch: parseSearchWith((text) => text),
  stringifySearch: stringifySearchWith(String),
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
