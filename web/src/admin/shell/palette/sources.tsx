import { FilterOutlined, SearchOutlined } from '@ant-design/icons';
import { useQueries } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { $api } from '@/api/client';
import { useCan, useSession } from '@/api/session';
import type { Key } from '@/shared/i18n/t';
import { t } from '@/shared/i18n/t';
import { Avatar } from '@/shared/ui/Avatar';
import { type Stage, StageDot } from '@/shared/ui/StageDot';
import { type MenuItem, menuFor } from '../menu';
import { matchOf } from './match';
import { customerOf, useRecent } from './recent';

/** Something to open. */
export type Found = { key: string; href: string; face: ReactNode; name: string; line?: ReactNode };

/** What one kind of things answers to a text. */
export type Group = { label: Key; found: Found[]; waiting?: boolean };

const most = 6;

/**
 * What a text finds; without a text, where somebody has been, then all pages. What the server is asked for is
 * `asked`, the text once typing rests, and stands below, so that nothing moves under the hand. Another kind of
 * things is one more hook and one more group.
 */
export function useFound(text: string, asked: string): Group[] {
  const recent = useRecentFound(!text);
  const customers = useCustomers(text, asked);
  const pages = usePages(text);
  const segments = useSegments(text);
  const everywhere = useEverywhere(text);
  const groups = text ? [pages, segments, customers, everywhere] : [recent, pages];
  return groups.filter((group) => group.found.length > 0 || group.waiting);
}

function pageFound(item: MenuItem): Found {
  const Icon = item.icon;
  return { key: item.to, href: item.to, face: <Icon aria-hidden />, name: t(item.label) };
}

function usePages(text: string): Group {
  const permissions = useSession().data?.permissions ?? [];
  const all = menuFor(permissions).flatMap((group) => group.items);
  const scored = all.map((item) => ({
    item,
    score: text ? matchOf(text, [t(item.label), item.to.slice(1)], item.initials) : 1,
  }));
  const found = scored.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score);
  return { label: 'shell.palette.pages', found: found.map(({ item }) => pageFound(item)) };
}

/** The segments are few, so all are here once and found without asking again. */
function useSegments(text: string): Group {
  const may = useCan('customers.read');
  const all = $api.useQuery('get', '/v1/segments', {}, { enabled: may, retry: false });
  const found = (all.data?.items ?? [])
    .filter((segment) => matchOf(text, [segment.name]) > 0)
    .slice(0, most)
    .map(
      (segment): Found => ({
        key: segment.id,
        href: `/segments/${segment.id}`,
        face: <FilterOutlined aria-hidden />,
        name: segment.name,
        line: segment.settling
          ? t('segments.settling')
          : t('segments.members.total', { count: segment.members }),
      }),
    );
  return { label: 'segments.title', found };
}

function useCustomers(text: string, asked: string): Group {
  const may = useCan('customers.read');
  const query = { q: asked.slice(0, 100), limit: most };
  const answer = $api.useQuery(
    'get',
    '/v1/customers',
    { params: { query } },
    { enabled: may && asked !== '', retry: false },
  );
  const current = asked === text ? answer.data?.items : undefined;
  const found = (current ?? []).map(
    (customer): Found => ({
      key: customer.id,
      href: `/customers/${customer.id}`,
      face: <Avatar name={customer.name || t('customers.nameless')} size={26} />,
      name: customer.name || t('customers.nameless'),
      line: (
        <>
          <span>{customer.phone ?? t('customers.noPhone')}</span>
          <StageDot stage={customer.stage as Stage} />
        </>
      ),
    }),
  );
  return { label: 'shell.palette.customers', found, waiting: may && !current && !answer.error };
}

/** The way to the whole list, whatever was found. */
function useEverywhere(text: string): Group {
  const may = useCan('customers.read');
  const search: Found = {
    key: 'everywhere',
    href: `/customers?q=${encodeURIComponent(text)}`,
    face: <SearchOutlined aria-hidden />,
    name: t('shell.palette.everywhere', { text }),
  };
  return { label: 'shell.palette.more', found: may ? [search] : [] };
}

function useRecentFound(shown: boolean): Group {
  const permissions = useSession().data?.permissions ?? [];
  const pages = menuFor(permissions).flatMap((group) => group.items);
  const paths = useRecent();
  const may = useCan('customers.read');
  const ids = shown && may ? paths.flatMap((path) => customerOf(path) ?? []) : [];
  const people = useQueries({
    queries: ids.map((id) => ({
      ...$api.queryOptions('get', '/v1/customers/{id}', { params: { path: { id } } }),
      retry: false,
    })),
  });
  const found = paths.flatMap((path): Found[] => {
    const page = pages.find((item) => item.to === path);
    if (page) return [{ ...pageFound(page), key: `recent ${path}` }];
    const customer = people[ids.indexOf(customerOf(path) ?? '')]?.data;
    if (!customer) return [];
    const name = customer.name || t('customers.nameless');
    const line = customer.phone ?? t('customers.noPhone');
    return [{ key: `recent ${path}`, href: path, face: <Avatar name={name} size={26} />, name, line }];
  });
  return { label: 'shell.palette.recent', found: shown ? found : [] };
}
