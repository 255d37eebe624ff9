import ApiOutlined from '@ant-design/icons/ApiOutlined';
import AuditOutlined from '@ant-design/icons/AuditOutlined';
import ClockCircleOutlined from '@ant-design/icons/ClockCircleOutlined';
import DashboardOutlined from '@ant-design/icons/DashboardOutlined';
import FileTextOutlined from '@ant-design/icons/FileTextOutlined';
import ImportOutlined from '@ant-design/icons/ImportOutlined';
import KeyOutlined from '@ant-design/icons/KeyOutlined';
import MergeCellsOutlined from '@ant-design/icons/MergeCellsOutlined';
import PieChartOutlined from '@ant-design/icons/PieChartOutlined';
import SettingOutlined from '@ant-design/icons/SettingOutlined';
import ShopOutlined from '@ant-design/icons/ShopOutlined';
import SkinOutlined from '@ant-design/icons/SkinOutlined';
import TeamOutlined from '@ant-design/icons/TeamOutlined';
import UserOutlined from '@ant-design/icons/UserOutlined';
import type { LinkProps } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import type { Key } from '@/shared/i18n/t';

export type MenuItem = {
  to: NonNullable<LinkProps['to']>;
  label: Key;
  icon: ComponentType;
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
