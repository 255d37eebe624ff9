import {
  EditOutlined,
  MergeCellsOutlined,
  RiseOutlined,
  RollbackOutlined,
  SafetyCertificateOutlined,
  ShopOutlined,
  ShoppingOutlined,
  TagOutlined,
  UserOutlined,
} from '@ant-design/icons';
import { Link } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { TimeAgo } from '@/shared/ui/TimeAgo';
import { NoteBody } from './NoteBody';
import { type Item, type Look, type Names, tell } from './timeline';
import styles from './timeline.module.css';
import { word } from './words';

const icons: Record<Look, ComponentType<{ 'aria-hidden': true }>> = {
  order: ShoppingOutlined,
  refund: RollbackOutlined,
  visit: ShopOutlined,
  note: EditOutlined,
  tag: TagOutlined,
  person: UserOutlined,
  consent: SafetyCertificateOutlined,
  stage: RiseOutlined,
  merge: MergeCellsOutlined,
};

type Props = { items: [Item, ...Item[]]; names: Names; customer: string };

/** One thing that happened: what, how much, who wrote it down, where, when. */
export function TimelineRow({ items, names, customer }: Props) {
  const [item] = items;
  const shopNames = useShopNames();
  const told = tell(items, names);
  const Icon = icons[told.look];
  const aside = [
    told.line,
    item.shop_id && shopNames([item.shop_id])[0],
    item.staff_name,
    !item.history && word('origin', item.touchpoint.split(':')[0]),
    item.customer_id !== customer && t('customers.origin.merged'),
  ].filter(Boolean);
  return (
    <li className={styles.item}>
      <span className={`${styles.icon} ${styles[told.look]}`}>
        <Icon aria-hidden />
      </span>
      <div className={styles.words}>
        <div className={styles.title}>
          {told.order ? (
            <Link to="/orders/$id" params={{ id: told.order }}>
              {told.title}
            </Link>
          ) : (
            <span>{told.title}</span>
          )}
          {told.fen !== undefined && (
            <b className={told.fen < 0 ? styles.out : styles.in}>
              {told.fen < 0 ? `−${money(-told.fen)}` : money(told.fen)}
            </b>
          )}
        </div>
        {item.kind === 'customer.noted' &&
          (item.note ? (
            <NoteBody note={item.note} customer={customer} />
          ) : (
            <p className={styles.gone}>{t('customers.note.gone')}</p>
          ))}
        <p className={styles.aside}>{aside.join(' · ')}</p>
      </div>
      <span className={styles.when} title={item.history ? t('customers.origin.history') : undefined}>
        <TimeAgo at={item.happened_at} />
      </span>
    </li>
  );
}
