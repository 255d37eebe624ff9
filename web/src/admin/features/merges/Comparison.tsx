import { Link } from '@tanstack/react-router';
import { Radio } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { count, date, dayText, money } from '@/shared/format';
import { nameIn, t, tMaybe } from '@/shared/i18n/t';
import { ErrorState } from '@/shared/ui/ErrorState';
import { FormSkeleton } from '@/shared/ui/Loading';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { MergeForm } from './MergeForm';
import styles from './merges.module.css';
import { compare, likelySurvivor, type Side, type Suggestion } from './model';

type Props = { suggestion: Suggestion; onMerged: () => void };

/** Both records side by side: what agrees, what differs, which one is kept, and what that does. */
export function Comparison({ suggestion, onMerged }: Props) {
  const a = useSide(suggestion.a.id);
  const b = useSide(suggestion.b.id);
  const error = a.error ?? b.error;
  if (error) return <ErrorState error={error} onRetry={() => Promise.all([a.refetch(), b.refetch()])} />;
  if (!a.side || !b.side) {
    return (
      <div className={styles.body}>
        <FormSkeleton fields={4} />
      </div>
    );
  }
  return <Compared suggestion={suggestion} a={a.side} b={b.side} onMerged={onMerged} />;
}

function useSide(id: string) {
  const params = { path: { id } };
  const profile = $api.useQuery('get', '/v1/customers/{id}', { params });
  const figures = $api.useQuery('get', '/v1/customers/{id}/profile', { params });
  const side: Side | undefined =
    profile.data && figures.data ? { profile: profile.data, figures: figures.data } : undefined;
  return {
    side,
    error: profile.error ?? figures.error,
    refetch: () => Promise.all([profile.refetch(), figures.refetch()]),
  };
}

function Compared({ suggestion, a, b, onMerged }: Props & { a: Side; b: Side }) {
  const [survivor, setSurvivor] = useState(() => likelySurvivor(a, b));
  const rows = useRows(a, b).filter(([, left, right]) => compare(left, right) !== 'none');
  const [kept, gone] = survivor === a.profile.id ? [a, b] : [b, a];
  return (
    <div className={styles.body}>
      <table className={styles.table}>
        <thead>
          <tr>
            <th>
              <span className="visually-hidden">{t('merges.compare')}</span>
            </th>
            {[a, b].map(({ profile }) => (
              <th key={profile.id} scope="col">
                <Radio checked={survivor === profile.id} onChange={() => setSurvivor(profile.id)}>
                  {survivor === profile.id ? t('merges.kept') : t('merges.keep')}
                </Radio>
                <Link to="/customers/$id" params={{ id: profile.id }}>
                  {t('merges.open')}
                </Link>
              </th>
            ))}
            <th>
              <span className="visually-hidden">{t('merges.agrees')}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rows.map(([label, left, right, plain]) => {
            const verdict = plain ? 'none' : compare(left, right);
            return (
              <tr key={label} className={styles[verdict]}>
                <th scope="row">{label}</th>
                <td>{shown(left)}</td>
                <td>{shown(right)}</td>
                <td className={styles.verdict}>
                  {verdict !== 'none' && (
                    <>
                      <i aria-hidden="true">{signs[verdict]}</i>
                      <span>{t(`merges.${verdict}`)}</span>
                    </>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      <MergeForm suggestion={suggestion} kept={kept} gone={gone} onMerged={onMerged} />
    </div>
  );
}

const signs = { agrees: '✓', differs: '≠', alone: '○' };

const shown = (value: string | string[]) => (Array.isArray(value) ? value.join(' · ') : value) || '—';

/** What is only told, and says nothing about who they are, is plain. */
type Row = [label: string, a: string | string[], b: string | string[], plain?: boolean];

function useRows(a: Side, b: Side): Row[] {
  const shopNames = useShopNames();
  const row = (label: string, of: (side: Side) => string | string[], plain = false): Row => [
    label,
    of(a),
    of(b),
    plain,
  ];
  return [
    row(t('merges.row.name'), ({ profile }) => profile.name),
    row(t('merges.row.phone'), ({ profile }) => profile.phone ?? ''),
    // Masked alike is not the same: an identity finds one record only.
    row(
      t('merges.row.identities'),
      ({ profile }) =>
        profile.identities
          .filter((one) => one.kind !== 'phone')
          .map((one) => `${tMaybe(`customers.identity.${one.kind}`) ?? one.kind} ${one.masked}`),
      true,
    ),
    row(t('merges.row.gender'), ({ profile }) =>
      profile.gender ? (tMaybe(`merges.gender.${profile.gender}`) ?? profile.gender) : '',
    ),
    row(t('merges.row.birthday'), ({ profile }) => {
      const birthday = profile.life_dates.find((one) => one.kind === 'birthday');
      if (!birthday) return '';
      const day = `${String(birthday.month).padStart(2, '0')}-${String(birthday.day).padStart(2, '0')}`;
      return birthday.calendar === 'lunar' ? t('merges.lunar', { date: day }) : day;
    }),
    row(t('merges.row.shop'), ({ profile }) => (profile.shop_id && shopNames([profile.shop_id])[0]) || ''),
    row(
      t('merges.row.orders'),
      ({ figures }) => (figures.order_count ? count(figures.order_count) : ''),
      true,
    ),
    row(t('merges.row.spend'), ({ figures }) => (figures.paid_fen ? money(figures.paid_fen) : ''), true),
    row(
      t('merges.row.lastOrder'),
      ({ figures }) => (figures.last_order_on ? dayText(figures.last_order_on) : ''),
      true,
    ),
    row(t('merges.row.tags'), ({ profile }) => profile.tags.map(nameIn)),
    row(t('merges.row.created'), ({ profile }) => date(profile.created_at), true),
  ];
}
