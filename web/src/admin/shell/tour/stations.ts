import { api } from '@/api/client';
import { type Key, t } from '@/shared/i18n/t';
import type { Guided } from './state';

export type Station = {
  name: string;
  title: Key;
  text: Key;
  /** The page of the station; undefined when there is nothing to show, and the station is passed over. */
  way: (has: (path: string) => boolean) => Promise<string | undefined>;
  /** What is lit up, once the page is there. */
  find: () => Element | null;
};

const at = (path: string) => async (has: (path: string) => boolean) =>
  has(path.replace(/\?.*/, '')) ? path : undefined;

/** The page of the customer of the best group who spent most. */
async function vip(): Promise<string | undefined> {
  const { data } = await api.GET('/v1/customers', {
    params: { query: { value_group: 'vip', sort: 'spend', order: 'desc', limit: 1 } },
  });
  const id = data?.items?.[0]?.id;
  return id && `/customers/${id}`;
}

const first = () => document.querySelector('main section, main table');
const head = () => document.querySelector('main h1')?.closest('header') ?? null;

const panel = (title: Key) => () =>
  [...document.querySelectorAll('main section > header h2')]
    .find(({ textContent }) => textContent === t(title))
    ?.closest('section') ?? null;

const labelled = (label: Key) => () =>
  [...document.querySelectorAll('[aria-label]')].find(
    (element) => element.getAttribute('aria-label') === t(label),
  ) ?? null;

const of = (role: Guided, name: string, way: Station['way'], find: Station['find']): Station => ({
  name,
  title: `demo.tour.${role}.${name}.title` as Key,
  text: `demo.tour.${role}.${name}.text` as Key,
  way,
  find,
});

export const stations: Record<Guided, Station[]> = {
  owner: [
    of('owner', 'dashboard', at('/dashboard'), head),
    of('owner', 'today', at('/dashboard'), panel('dashboard.todo')),
    of('owner', 'map', at('/rfm'), panel('rfm.map')),
    of('owner', 'vip', vip, first),
    of('owner', 'imports', at('/imports'), first),
    of('owner', 'shops', at('/shops'), first),
  ],
  marketer: [
    of('marketer', 'customers', at('/customers'), first),
    of('marketer', 'map', at('/rfm'), panel('rfm.map')),
    of('marketer', 'lifecycle', at('/rfm?tab=lifecycle'), labelled('rfm.stages')),
    of('marketer', 'segments', at('/segments'), head),
    of('marketer', 'tags', vip, panel('customers.tags')),
    of('marketer', 'clock', at('/dashboard'), labelled('demo.clock')),
  ],
};
