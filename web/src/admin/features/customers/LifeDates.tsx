import { App, Button, Checkbox, Form, Input, InputNumber, Popconfirm, Segmented, Select } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { Masked } from '@/shared/ui/Masked';
import { Panel } from '@/shared/ui/Panel';
import { useCustomerChanged } from './changed';
import { DayAgo } from './DayAgo';
import { revealedDay, yearlyDay } from './days';
import styles from './profile.module.css';
import type { LifeDate, Profile } from './record';
import { useReveal } from './reveal';
import { word } from './words';

/** Birthdays and other days to remember. The year is shown for a reason only. */
export function LifeDates({ profile }: { profile: Profile }) {
  const [adding, setAdding] = useState(false);
  const mayWrite = useCan('customers.write');
  return (
    <Panel
      title={t('customers.dates')}
      extra={
        mayWrite && (
          <Button className={styles.extra ?? ''} type="link" size="small" onClick={() => setAdding(true)}>
            {t('common.add')}
          </Button>
        )
      }
    >
      {profile.life_dates.length === 0 && <p className={styles.quiet}>{t('customers.dates.none')}</p>}
      <ul className={styles.rows}>
        {profile.life_dates.map((date) => (
          <DateRow key={date.id} date={date} customer={profile.id} />
        ))}
      </ul>
      {adding && <AddDate profile={profile} onClose={() => setAdding(false)} />}
    </Panel>
  );
}

function DateRow({ date, customer }: { date: LifeDate; customer: string }) {
  const mayWrite = useCan('customers.write');
  const reveal = useReveal(customer);
  const changed = useCustomerChanged();
  const remove = $api.useMutation('delete', '/v1/customers/{id}/life_dates/{date_id}');
  const full = date.kind === 'due_date' && date.year ? `${date.year}-${yearlyDay(date)}` : yearlyDay(date);
  const birthday = date.kind === 'birthday';
  return (
    <li className={styles.row}>
      <div>
        <span>
          {word('date', date.kind)}
          {date.label && <span className={styles.muted}> {date.label}</span>}
        </span>
        <small className={styles.small}>
          {date.next_on && (
            <>
              {t('customers.date.next')} <DayAgo day={date.next_on} />
            </>
          )}
        </small>
      </div>
      <div className={styles.rowEnd}>
        <Masked
          value={full}
          reveal={
            reveal && date.has_year && date.kind !== 'due_date'
              ? async (reason) =>
                  revealedDay(
                    await reveal({
                      field: 'birthday',
                      reason,
                      ...(!birthday && { life_date_id: date.id }),
                    }),
                  )
              : undefined
          }
        />
        {mayWrite && (
          <Popconfirm
            title={t('customers.date.remove')}
            okText={t('common.delete')}
            cancelText={t('common.cancel')}
            onConfirm={async () => {
              const params = { path: { id: customer, date_id: date.id } };
              changed(await remove.mutateAsync({ params }));
            }}
          >
            <Button type="link" size="small">
              {t('common.delete')}
            </Button>
          </Popconfirm>
        )}
      </div>
    </li>
  );
}

type Values = {
  kind: LifeDate['kind'];
  calendar: LifeDate['calendar'];
  year?: number | null;
  month: number;
  day: number;
  leap?: boolean;
  label?: string;
  reason?: string;
};

const kinds = ['birthday', 'wedding', 'child_birthday', 'due_date', 'other'] as const;

function AddDate({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const { message } = App.useApp();
  const changed = useCustomerChanged();
  const set = $api.useMutation('post', '/v1/customers/{id}/life_dates', { meta: { quiet: true } });
  const hasBirthday = profile.life_dates.some((date) => date.kind === 'birthday');

  const send = async ({ year, label, reason, leap, ...values }: Values) => {
    const body = {
      ...values,
      ...(year && { year }),
      ...(leap && values.calendar === 'lunar' && { leap }),
      ...(label?.trim() && { label: label.trim() }),
      ...(reason?.trim() && { reason: reason.trim() }),
    };
    changed(await set.mutateAsync({ params: { path: { id: profile.id } }, body }));
    void message.success(t('common.saved'));
    onClose();
  };

  return (
    <FormModal<Values>
      title={t('customers.date.add')}
      action={t('common.save')}
      initial={{ kind: hasBirthday ? 'wedding' : 'birthday', calendar: 'solar' }}
      send={send}
      onClose={onClose}
    >
      <Form.Item name="kind" label={t('customers.date.kind')} required>
        <Select options={kinds.map((value) => ({ value, label: word('date', value) }))} />
      </Form.Item>
      <Form.Item name="calendar" label={t('customers.date.calendar')} required>
        <Segmented
          options={(['solar', 'lunar'] as const).map((value) => ({ value, label: word('calendar', value) }))}
        />
      </Form.Item>
      <div className={styles.three}>
        <Form.Item name="year" label={t('customers.date.year')}>
          <InputNumber min={1900} max={2100} precision={0} controls={false} className={styles.full ?? ''} />
        </Form.Item>
        <Form.Item
          name="month"
          label={t('customers.date.month')}
          rules={[{ required: true, message: t('errors.field.required') }]}
        >
          <InputNumber min={1} max={12} precision={0} controls={false} className={styles.full ?? ''} />
        </Form.Item>
        <Form.Item
          name="day"
          label={t('customers.date.day')}
          rules={[{ required: true, message: t('errors.field.required') }]}
        >
          <InputNumber min={1} max={31} precision={0} controls={false} className={styles.full ?? ''} />
        </Form.Item>
      </div>
      <Form.Item noStyle shouldUpdate>
        {({ getFieldValue }) => (
          <>
            {getFieldValue('calendar') === 'lunar' && (
              <Form.Item name="leap" valuePropName="checked">
                <Checkbox>{t('customers.date.leap')}</Checkbox>
              </Form.Item>
            )}
            {getFieldValue('kind') !== 'birthday' && (
              <Form.Item name="label" label={t('customers.date.label')}>
                <Input maxLength={100} autoComplete="off" />
              </Form.Item>
            )}
            {getFieldValue('kind') === 'birthday' && hasBirthday && (
              <Form.Item
                name="reason"
                label={t('customers.reason')}
                extra={t('customers.date.reason.hint')}
                rules={[{ required: true, whitespace: true, message: t('errors.reason.required') }]}
              >
                <Input maxLength={500} autoComplete="off" />
              </Form.Item>
            )}
          </>
        )}
      </Form.Item>
    </FormModal>
  );
}
