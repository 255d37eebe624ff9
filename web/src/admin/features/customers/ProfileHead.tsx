import { EditOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { type ReactNode, useState } from 'react';
import { useCan } from '@/api/session';
import { money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Avatar } from '@/shared/ui/Avatar';
import { Masked } from '@/shared/ui/Masked';
import { useShopNames } from '@/shared/ui/ShopSelect';
import { type Stage, StageDot } from '@/shared/ui/StageDot';
import { TagPill } from '@/shared/ui/TagPill';
import { DayAgo } from './DayAgo';
import { yearlyDay } from './days';
import { EditBasics } from './EditBasics';
import styles from './profile.module.css';
import type { Figures, Profile } from './record';
import { useReveal } from './reveal';
import { groupName, nameOf, word } from './words';

/** Value groups that only say the stage again. */
const stages = ['lead', 'new', 'active', 'dormant', 'lapsed', 'other'];

type Props = { profile: Profile; figures: Figures | undefined };

/** Who she is, in one line, and what she has meant to the shop. */
export function ProfileHead({ profile, figures }: Props) {
  const [editing, setEditing] = useState(false);
  const mayWrite = useCan('customers.write');
  const shopNames = useShopNames();
  const reveal = useReveal(profile.id);
  const phone = profile.identities.find((one) => one.kind === 'phone' && !one.shared);
  const birthday = profile.life_dates.find((one) => one.kind === 'birthday');
  const name = nameOf(profile);

  return (
    <section className={styles.head} aria-label={name}>
      <div className={styles.person}>
        <Avatar name={name} size={60} />
        <div className={styles.who}>
          <div className={styles.name}>
            <span title={name}>{name}</span>
            {figures && (
              <>
                <StageDot stage={figures.stage as Stage} />
                {figures.rfm_group && (
                  <TagPill tone="brand" title={`RFM ${figures.cell}`}>
                    {groupName(figures.rfm_group)}
                  </TagPill>
                )}
                {!stages.includes(figures.value_group) && (
                  <TagPill>{groupName(figures.value_group, 'value')}</TagPill>
                )}
              </>
            )}
          </div>
          <div className={styles.facts}>
            {profile.phone ? (
              <span>
                <Masked
                  value={profile.phone}
                  reveal={
                    reveal && phone && ((reason) => reveal({ field: 'phone', identity_id: phone.id, reason }))
                  }
                />
              </span>
            ) : (
              <span>{t('customers.noPhone')}</span>
            )}
            {profile.gender && <span>{word('gender', profile.gender)}</span>}
            {birthday && <span>{t('customers.birthday', { date: yearlyDay(birthday) })}</span>}
            {profile.shop_id && (
              <span>{t('customers.atHome', { shop: shopNames([profile.shop_id])[0] ?? '' })}</span>
            )}
          </div>
        </div>
      </div>
      {figures ? <Totals figures={figures} /> : <div className={styles.totals} aria-busy="true" />}
      {mayWrite && (
        <Button icon={<EditOutlined aria-hidden />} onClick={() => setEditing(true)}>
          {t('customers.edit')}
        </Button>
      )}
      {editing && <EditBasics profile={profile} onClose={() => setEditing(false)} />}
    </section>
  );
}

function Totals({ figures: f }: { figures: Figures }) {
  const refunded = f.refunded_fen > 0 ? t('customers.refunded', { money: money(f.refunded_fen) }) : '';
  return (
    <dl className={styles.totals}>
      <Total label={t('customers.spend')} note={refunded}>
        {money(f.paid_fen)}
      </Total>
      <Total label={t('customers.orders')}>{t('customers.orderCount', { count: f.order_count })}</Total>
      <Total label={t('customers.average')}>{f.average_order_fen ? money(f.average_order_fen) : '—'}</Total>
      <Total label={t('customers.lastOrder')}>
        {f.last_order_on ? <DayAgo day={f.last_order_on} /> : '—'}
      </Total>
      <Total label={t('customers.interval')}>
        {f.interval_days ? t('customers.days', { count: f.interval_days }) : '—'}
      </Total>
    </dl>
  );
}

function Total({ label, note, children }: { label: string; note?: string; children: ReactNode }) {
  return (
    <div title={note || undefined}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
