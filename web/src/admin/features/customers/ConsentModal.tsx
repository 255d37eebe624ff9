import { App, Button, Form, Input, Modal, Select } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { dateTime } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { useCustomerChanged } from './changed';
import { type ConsentText, type Place, stateAt, textFor } from './consent';
import styles from './profile.module.css';
import type { Profile } from './record';
import { word } from './words';

type Props = { profile: Profile; place: Place; onClose: () => void };

/** One purpose and channel: where it stands, on which text, what was said before, and what she says now. */
export function ConsentModal({ profile, place, onClose }: Props) {
  const mayRecord = useCan('consent.write');
  const texts = $api.useQuery('get', '/v1/consent_texts', { params: { query: { limit: 200 } } });
  const all = texts.data?.items ?? [];
  const state = stateAt(profile.consents, place);
  const agreed = all.find((text) => text.id === state?.text_id);
  const title = [word('purpose', place.purpose), word('channel', place.channel)].filter(Boolean).join(' · ');
  return (
    <Modal open title={title} onCancel={onClose} footer={null} width={560}>
      <div className={styles.consent}>
        <p>
          {state
            ? t(state.given ? 'customers.consent.givenSince' : 'customers.consent.withdrawnSince', {
                when: dateTime(state.since_at),
              })
            : t('customers.consent.never')}
        </p>
        {agreed && <Text text={agreed} label={t('customers.consent.agreedText')} />}
        {mayRecord && (
          <Say
            profile={profile}
            place={place}
            text={textFor(all, place)}
            given={state?.given}
            onClose={onClose}
          />
        )}
        <History customer={profile.id} place={place} texts={all} />
      </div>
    </Modal>
  );
}

function Text({ text, label }: { text: ConsentText; label: string }) {
  return (
    <figure className={styles.text}>
      <figcaption>
        {label} · {t('customers.consent.version', { version: String(text.version) })}
      </figcaption>
      <blockquote>{text.body}</blockquote>
    </figure>
  );
}

type SayProps = Props & { text: ConsentText | undefined; given: boolean | undefined };
type Values = { how: string; note?: string };

const ways = ['till', 'form', 'call', 'letter', 'sms_reply'];

/** What the customer says now. Agreeing needs the text that was shown to her. */
function Say({ profile, place, text, given, onClose }: SayProps) {
  const [form] = Form.useForm<Values>();
  const { message } = App.useApp();
  const changed = useCustomerChanged();
  const [failure, setFailure] = useState<unknown>();
  const record = $api.useMutation('post', '/v1/customers/{id}/consents', { meta: { quiet: true } });

  const say = async (agrees: boolean) => {
    const { how, note } = form.getFieldsValue();
    setFailure(undefined);
    try {
      const done = await record.mutateAsync({
        params: { path: { id: profile.id } },
        body: {
          ...place,
          given: agrees,
          evidence: { how, ...(note?.trim() && { note: note.trim() }) },
          ...(agrees && text && { text_id: text.id }),
        },
      });
      changed(done);
      void message.success(agrees ? t('customers.consent.recorded') : t('customers.consent.taken'));
      onClose();
    } catch (error) {
      setFailure(error);
    }
  };

  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={{ how: 'till' }}>
      {given !== true &&
        (text ? (
          <Text text={text} label={t('customers.consent.readOut')} />
        ) : (
          <p className={styles.quiet}>{t('customers.consent.noText')}</p>
        ))}
      <div className={styles.two}>
        <Form.Item name="how" label={t('customers.consent.how')}>
          <Select options={ways.map((value) => ({ value, label: word('how', value) }))} />
        </Form.Item>
        <Form.Item name="note" label={t('customers.consent.note')}>
          <Input maxLength={500} autoComplete="off" />
        </Form.Item>
      </div>
      <Failure error={failure} />
      <div className={styles.buttons}>
        {given !== false && (
          <Button danger={given === true} loading={record.isPending} onClick={() => void say(false)}>
            {given ? t('customers.consent.withdraw') : t('customers.consent.refuse')}
          </Button>
        )}
        {given !== true && (
          <Button type="primary" disabled={!text} loading={record.isPending} onClick={() => void say(true)}>
            {t('customers.consent.give')}
          </Button>
        )}
      </div>
    </Form>
  );
}

function History({ customer, place, texts }: { customer: string; place: Place; texts: ConsentText[] }) {
  const ledger = $api.useQuery('get', '/v1/customers/{id}/consents', { params: { path: { id: customer } } });
  const entries = (ledger.data?.history ?? []).filter(
    (entry) => entry.purpose === place.purpose && (entry.channel ?? '') === place.channel,
  );
  if (entries.length === 0) return null;
  return (
    <section>
      <h3 className={styles.groupName}>{t('customers.consent.history')}</h3>
      <ul className={styles.entries}>
        {entries.map((entry) => {
          const text = texts.find((one) => one.id === entry.text_id);
          return (
            <li key={entry.id}>
              <span>
                {entry.given ? t('customers.consent.given') : t('customers.consent.withdrawn')}
                {' · '}
                {word('how', entry.evidence.how)}
                {text && ` · ${t('customers.consent.version', { version: String(text.version) })}`}
                {entry.evidence.note && ` · ${entry.evidence.note}`}
              </span>
              <time dateTime={entry.happened_at}>{dateTime(entry.happened_at)}</time>
            </li>
          );
        })}
      </ul>
    </section>
  );
}
