import {
  ClockCircleOutlined,
  EyeOutlined,
  GiftOutlined,
  MergeCellsOutlined,
  ProfileOutlined,
  SmileOutlined,
  WarningOutlined,
} from '@ant-design/icons';
import { Link, type LinkProps } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
import { addDays } from '@/shared/days';
import { count } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Panel } from '@/shared/ui/Panel';
import { QueryState } from '@/shared/ui/QueryState';
import styles from './dashboard.module.css';
import { ListSkeleton } from './ListSkeleton';
import { useWholeNote } from './whole';

type Counts = components['schemas']['InsightTodo'];

type Task = {
  key: keyof Counts;
  icon: ComponentType<{ 'aria-hidden': true }>;
  tone: string;
  to?: LinkProps['to'];
  search?: Record<string, string>;
  permission: string;
};

const awayDays = 60;
const newBuyerDays = 30;

function tasks(today: string): Task[] {
  return [
    {
      key: 'birthdays',
      icon: GiftOutlined,
      tone: 'accent',
      to: '/customers',
      search: { birthday_days: '7' },
      permission: 'customers.read',
    },
    {
      key: 'away_vips',
      icon: ClockCircleOutlined,
      tone: 'red',
      to: '/customers',
      search: { value_group: 'vip', last_order_to: addDays(today, -awayDays - 1) },
      permission: 'customers.read',
    },
    { key: 'merges', icon: MergeCellsOutlined, tone: 'info', to: '/merges', permission: 'customers.merge' },
    {
      key: 'incomplete',
      icon: ProfileOutlined,
      tone: 'warn',
      to: '/customers',
      search: { last_order_from: addDays(today, -newBuyerDays), quality_below: '50' },
      permission: 'customers.read',
    },
    {
      key: 'frequent_searchers',
      icon: EyeOutlined,
      tone: 'red',
      to: '/audit',
      search: { action: 'customer.searched_often', from: today },
      permission: 'audit.read',
    },
    { key: 'dead_jobs', icon: WarningOutlined, tone: 'red', to: '/jobs', permission: 'jobs.manage' },
    { key: 'parked_facts', icon: WarningOutlined, tone: 'red', to: '/jobs', permission: 'jobs.manage' },
  ];
}

/** The work that waits today. What is broken is listed only when there is any. */
export function Todo({ today }: { today: string }) {
  const todo = $api.useQuery('get', '/v1/todo');
  return (
    <Panel title={t('dashboard.todo')} note={useWholeNote()}>
      <QueryState query={todo} skeleton={<ListSkeleton />}>
        {(counts) => <Tasks counts={counts} today={today} />}
      </QueryState>
    </Panel>
  );
}

function Tasks({ counts, today }: { counts: Counts; today: string }) {
  const shown = tasks(today).filter(
    ({ key, tone }) => tone !== 'red' || key === 'away_vips' || counts[key] > 0,
  );
  const nothing = shown.every(({ key }) => counts[key] === 0);
  return (
    <>
      <ul className={styles.tasks}>
        {shown.map((task) => (
          <Row key={task.key} task={task} waiting={counts[task.key]} />
        ))}
      </ul>
      {nothing && (
        <p className={styles.allDone}>
          <SmileOutlined aria-hidden /> {t('dashboard.todo.done')}
        </p>
      )}
    </>
  );
}

function Row({ task, waiting }: { task: Task; waiting: number }) {
  const { key, icon: Icon, tone, to, search, permission } = task;
  const may = useCan(permission);
  const line = (
    <>
      <span className={`${styles.tile} ${styles[tone]}`}>
        <Icon aria-hidden />
      </span>
      <span className={styles.task}>{t(`dashboard.todo.${key}`)}</span>
      <b className={waiting === 0 ? styles.none : undefined}>{count(waiting)}</b>
    </>
  );
  return (
    <li>
      {to && may && waiting > 0 ? (
        <Link className={styles.row} to={to} {...(search && { search: search as never })}>
          {line}
        </Link>
      ) : (
        <span className={styles.row}>{line}</span>
      )}
    </li>
  );
}
