import {
  ApiOutlined,
  AppstoreOutlined,
  AuditOutlined,
  ClockCircleOutlined,
  DashboardOutlined,
  FileTextOutlined,
  FilterOutlined,
  ImportOutlined,
  KeyOutlined,
  MergeCellsOutlined,
  PieChartOutlined,
  SettingOutlined,
  ShopOutlined,
  SkinOutlined,
  TagsOutlined,
  TeamOutlined,
  UserOutlined,
} from '@ant-design/icons';
import type { LinkProps } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { Key } from '@/shared/i18n/t';

export type MenuItem = {
  to: NonNullable<LinkProps['to']>;
  label: Key;
  icon: ComponentType<{ 'aria-hidden': true }>;
  /** The first letters of its Chinese name in pinyin, for those who type without an input method. */
  initials: string;
  /** The permission without which the page has nothing to show. */
  permission: string;
  /** Whether the page shows one shop when one is chosen in the top bar. */
  byShop?: true;
  /** The name under which the work that waits here is counted. */
  waiting?: Waiting;
};

export type Waiting = 'merges' | 'jobs';

export type MenuGroup = { label: Key; items: MenuItem[] };

const menu: MenuGroup[] = [
  {
    label: 'shell.group.business',
    items: [
      {
        to: '/dashboard',
        initials: 'jykb',
        label: 'dashboard.title',
        icon: DashboardOutlined,
        permission: 'reports.read',
        byShop: true,
      },
      {
        to: '/rfm',
        initials: 'rfmfc',
        label: 'rfm.title',
        icon: PieChartOutlined,
        permission: 'reports.read',
      },
    ],
  },
  {
    label: 'shell.group.customers',
    items: [
      {
        to: '/customers',
        initials: 'gk',
        label: 'customers.title',
        icon: UserOutlined,
        permission: 'customers.read',
        byShop: true,
      },
      {
        to: '/segments',
        initials: 'kq',
        label: 'segments.title',
        icon: FilterOutlined,
        permission: 'customers.read',
      },
      {
        to: '/tags',
        initials: 'bq',
        label: 'tags.title',
        icon: TagsOutlined,
        permission: 'customers.read',
      },
      {
        to: '/merges',
        initials: 'hbsh',
        label: 'merges.title',
        icon: MergeCellsOutlined,
        permission: 'customers.merge',
        waiting: 'merges',
      },
    ],
  },
  {
    label: 'shell.group.goods',
    items: [
      {
        to: '/orders',
        initials: 'dd',
        label: 'orders.title',
        icon: FileTextOutlined,
        permission: 'orders.read',
        byShop: true,
      },
      {
        to: '/products',
        initials: 'sp',
        label: 'products.title',
        icon: SkinOutlined,
        permission: 'products.read',
      },
    ],
  },
  {
    label: 'shell.group.data',
    items: [
      {
        to: '/imports',
        initials: 'sjdr',
        label: 'imports.title',
        icon: ImportOutlined,
        permission: 'imports.run',
      },
    ],
  },
  {
    label: 'shell.group.settings',
    items: [
      // Who sells may read shops, but has nothing to do on their page; so with the reference.
      { to: '/shops', initials: 'md', label: 'shops.title', icon: ShopOutlined, permission: 'settings.read' },
      { to: '/staff', initials: 'yg', label: 'staff.title', icon: TeamOutlined, permission: 'staff.read' },
      {
        to: '/api-keys',
        initials: 'apimy',
        label: 'apikeys.title',
        icon: KeyOutlined,
        permission: 'keys.manage',
      },
      { to: '/audit', initials: 'sj', label: 'audit.title', icon: AuditOutlined, permission: 'audit.read' },
      {
        to: '/jobs',
        initials: 'htrw',
        label: 'jobs.title',
        icon: ClockCircleOutlined,
        permission: 'jobs.manage',
        waiting: 'jobs',
      },
      {
        to: '/packs',
        initials: 'hyb',
        label: 'packs.title',
        icon: AppstoreOutlined,
        permission: 'tags.manage',
      },
      {
        to: '/settings',
        initials: 'sz',
        label: 'settings.title',
        icon: SettingOutlined,
        permission: 'settings.read',
      },
      {
        to: '/api-reference',
        initials: 'apiwd',
        label: 'apiref.title',
        icon: ApiOutlined,
        permission: 'settings.read',
      },
    ],
  },
];

/** The pages that somebody with these permissions can use; a group without any is left out. */
export function menuFor(permissions: string[]): MenuGroup[] {
  return menu
    .map(({ label, items }) => ({
      label,
      items: items.filter(({ permission }) => permissions.includes(permission)),
    }))
    .filter(({ items }) => items.length > 0);
}

/** The menu's item for the page at a path, or for the list that the page belongs to. */
export function itemAt(pathname: string): MenuItem | undefined {
  const items = menu.flatMap((group) => group.items);
  return items.find(({ to }) => pathname === to || pathname.startsWith(`${to}/`));
}

/** Whether the page at a path shows the shop that is chosen; what belongs to a list is of the shop it is of. */
export const isByShop = (pathname: string): boolean => {
  const item = itemAt(pathname);
  return item?.byShop === true && pathname === item.to;
};
