import {
  ApiOutlined,
  AuditOutlined,
  ClockCircleOutlined,
  DashboardOutlined,
  FileTextOutlined,
  ImportOutlined,
  KeyOutlined,
  MergeCellsOutlined,
  PieChartOutlined,
  SettingOutlined,
  ShopOutlined,
  SkinOutlined,
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
  /** The name under which the session counts the work that waits here. */
  waiting?: string;
};

export type MenuGroup = { label: Key; items: MenuItem[] };

export const menu: MenuGroup[] = [
  {
    label: 'shell.group.business',
    items: [
      { to: '/dashboard', label: 'dashboard.title', icon: DashboardOutlined },
      { to: '/rfm', label: 'rfm.title', icon: PieChartOutlined },
    ],
  },
  {
    label: 'shell.group.customers',
    items: [
      { to: '/customers', label: 'customers.title', icon: UserOutlined },
      { to: '/merges', label: 'merges.title', icon: MergeCellsOutlined, waiting: 'merges' },
    ],
  },
  {
    label: 'shell.group.goods',
    items: [
      { to: '/orders', label: 'orders.title', icon: FileTextOutlined },
      { to: '/products', label: 'products.title', icon: SkinOutlined },
    ],
  },
  {
    label: 'shell.group.data',
    items: [{ to: '/imports', label: 'imports.title', icon: ImportOutlined }],
  },
  {
    label: 'shell.group.settings',
    items: [
      { to: '/shops', label: 'shops.title', icon: ShopOutlined },
      { to: '/staff', label: 'staff.title', icon: TeamOutlined },
      { to: '/api-keys', label: 'apikeys.title', icon: KeyOutlined },
      { to: '/audit', label: 'audit.title', icon: AuditOutlined },
      { to: '/jobs', label: 'jobs.title', icon: ClockCircleOutlined, waiting: 'jobs' },
      { to: '/settings', label: 'settings.title', icon: SettingOutlined },
      { to: '/api-reference', label: 'apiref.title', icon: ApiOutlined },
    ],
  },
];
