import { Button } from 'antd';
import { SaveAsSegment } from '@/admin/features/segments/SaveAsSegment';
import { SaveFigureAsSegment } from '@/admin/features/segments/SaveFigureAsSegment';
import { $api } from '@/api/client';
import { shopToday } from '@/shared/days';
import { dayText, money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { chooseShop, useCurrentShop } from '@/shared/shop';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { TagPill } from '@/shared/ui/TagPill';
import { asRule } from './asRule';
import styles from './customers.module.css';
import { activeFilters, type CustomerFilters, type FilterName } from './filters';
import { birthdayWords, groupName, word } from './words';

type Props = {
  filters: CustomerFilters;
  set: (change: CustomerFilters) => void;
  clear: () => void;
};

/** Says in words what the list is narrowed to, each with its way out. */
export function FilteredBy({ filters, set, clear }: Props) {
  const shopNames = useShopNames();
  const shop = useCurrentShop();
  const tags = $api.useQuery('get', '/v1/tags', {}, { enabled: filters.tag !== undefined });
  const segment = $api.useQuery(
    'get',
    '/v1/segments/{id}',
    { params: { path: { id: filters.segment ?? '' } } },
    { enabled: filters.segment !== undefined },
  );
  const active = activeFilters(filters);
  const inherited = shop && !filters.shop_id && !filters.figure;
  const { rule, searched } = asRule(filters, shop, shopToday(), segment.data?.rule);
  const named = active.length > 0 || inherited || filters.figure;
  // The rule of a segment is known only when that has come.
  const savable = !filters.figure && (rule || searched) && !(filters.segment && !segment.data);
  if (!named && !savable) return null;

  const words = (name: FilterName): string => {
    switch (name) {
      case 'cell':
        return t('customers.by.cell', { cell: filters.cell ?? '' });
      case 'rfm_group':
        return groupName(filters.rfm_group);
      case 'value_group':
        return groupName(filters.value_group, 'value');
      case 'quadrant':
        return groupName(filters.quadrant, 'quadrant');
      case 'customer_type':
        return groupName(filters.customer_type, 'type');
      case 'shop_id':
        return shopNames([filters.shop_id ?? ''])[0] ?? '';
      case 'tag':
        return t('customers.by.tag', {
          name: tags.data?.items.find((tag) => tag.id === filters.tag)?.name ?? '…',
        });
      case 'segment':
        return t('customers.by.segment', { name: segment.data?.name ?? '…' });
      case 'birthday_days':
        return birthdayWords(filters.birthday_days);
      case 'quality_below':
        return t('customers.by.quality', { score: Number(filters.quality_below) });
      case 'min_paid_fen':
      case 'max_paid_fen':
        return rangeText(
          t('customers.spend'),
          filters.min_paid_fen && money(Number(filters.min_paid_fen)),
          filters.max_paid_fen && money(Number(filters.max_paid_fen)),
        );
      default:
        return rangeText(
          t('customers.lastOrder'),
          filters.last_order_from && dayText(filters.last_order_from),
          filters.last_order_to && dayText(filters.last_order_to),
        );
    }
  };
  const without = (names: FilterName[]) =>
    set(Object.fromEntries(names.map((name) => [name, undefined])) as CustomerFilters);

  return (
    <div className={styles.by}>
      {named && <span>{t('customers.by')}</span>}
      {filters.figure && (
        <>
          <TagPill tone="brand">{word('figure', filters.figure)}</TagPill>
          {filters.from && filters.to && (
            <span>
              {dayText(filters.from)} – {dayText(filters.to)}
            </span>
          )}
        </>
      )}
      {active.map((names) => {
        const [name = 'q'] = names;
        return (
          <TagPill
            key={name}
            tone="brand"
            onRemove={() => without(names)}
            removeLabel={t('customers.by.remove', { name: words(name) })}
          >
            {words(name)}
          </TagPill>
        );
      })}
      {inherited && (
        <TagPill
          tone="brand"
          onRemove={() => chooseShop(undefined)}
          removeLabel={t('customers.by.remove', { name: shopNames([shop])[0] ?? '' })}
        >
          {shopNames([shop])[0]}
        </TagPill>
      )}
      {(active.length > 0 || filters.figure) && (
        <Button type="link" size="small" onClick={clear}>
          {t('common.clearFilters')}
        </Button>
      )}
      {filters.figure && filters.from && filters.to && (
        <SaveFigureAsSegment
          name={word('figure', filters.figure)}
          figure={filters.figure}
          period={{ from: filters.from, to: filters.to }}
          cut={{ shop: filters.shop_id ?? shop, channel: filters.channel }}
        />
      )}
      {savable && <SaveAsSegment name="" rule={rule} left={searched ? [t('customers.by.search')] : []} />}
    </div>
  );
}

function rangeText(label: string, from: string | undefined, to: string | undefined): string {
  if (from && to) return `${label} ${from} – ${to}`;
  return from ? `${label} ≥ ${from}` : `${label} ≤ ${to}`;
}
