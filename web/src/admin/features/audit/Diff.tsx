import { deviceOf } from '@/shared/device';
import { dateTime } from '@/shared/format';
import { t, tMaybe } from '@/shared/i18n/t';
import { permissionName } from '@/shared/permission';
import { roleName } from '@/shared/role';
import { useShopNames } from '@/shared/ui/ShopSelect';
import styles from './audit.module.css';
import { type Change, changesOf, fieldOf, tellingOf } from './model';
import { fieldName } from './words';

type Props = { before: unknown; after: unknown; limit?: number };

/** What was, struck through, and what became of it. */
export function Diff({ before, after, limit }: Props) {
  const changes = tellingOf(changesOf(before, after));
  const shown = limit === undefined ? changes : changes.slice(0, limit);
  const rest = changes.length - shown.length;
  return (
    <ul className={styles.diff}>
      {shown.map((change) => (
        <li key={change.path}>
          <Line change={change} />
        </li>
      ))}
      {rest > 0 && <li className={styles.rest}>{t('audit.more', { count: rest })}</li>}
    </ul>
  );
}

function Line({ change }: { change: Change }) {
  const field = fieldOf(change.path);
  const show = useShown(field);
  const refused = tMaybe(`errors.${change.after}`) !== undefined;
  return (
    <>
      {field && <span className={styles.field}>{refused ? t('audit.reason') : fieldName(field)}</span>}
      {'before' in change && <del>{show(change.before)}</del>}
      {'before' in change && 'after' in change && <span aria-hidden="true"> → </span>}
      {'after' in change && <ins>{show(change.after)}</ins>}
    </>
  );
}

const instant = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/;

/** Values as people read them: names for shops, roles and permissions, times in the shop's zone. */
function useShown(field: string): (value: unknown) => string {
  const shopNames = useShopNames();
  const one = (value: unknown): string => {
    if (typeof value === 'boolean') return value ? t('common.yes') : t('common.no');
    if (typeof value !== 'string') return String(value);
    if (value === '') return t('common.none');
    if (instant.test(value)) return dateTime(value);
    if (field === 'device') return deviceOf(value) ?? value;
    if (field === 'role') return roleName(value);
    if (field === 'by') return tMaybe(`audit.by.${value}`) ?? value;
    if (field === 'permissions') return permissionName(value);
    if (value.startsWith('shp_')) return shopNames([value])[0] ?? value;
    return tMaybe(`errors.${value}`) ?? value;
  };
  return (value) => {
    if (!Array.isArray(value)) return one(value);
    return value.length > 0 ? value.map(one).join(t('audit.separator')) : t('common.none');
  };
}
