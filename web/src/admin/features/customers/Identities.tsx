import { Link } from '@tanstack/react-router';
import { Alert, App, Button, Checkbox, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { ApiError } from '@/api/problem';
import type { components } from '@/api/schema.gen';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { Masked } from '@/shared/ui/Masked';
import { Panel } from '@/shared/ui/Panel';
import { TagPill } from '@/shared/ui/TagPill';
import { useCustomerChanged } from './changed';
import { customerIn } from './create';
import styles from './profile.module.css';
import { ReasonModal } from './ReasonModal';
import type { Profile } from './record';
import { useReveal } from './reveal';
import { word } from './words';

type Identity = components['schemas']['CustomerIdentityView'];

/** The keys by which she is found, and whether she has shown that they are hers. */
export function Identities({ profile }: { profile: Profile }) {
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<Identity>();
  const mayWrite = useCan('customers.write');
  const changed = useCustomerChanged();
  const end = $api.useMutation('delete', '/v1/customers/{id}/identities/{identity_id}', {
    meta: { quiet: true },
  });
  return (
    <Panel
      title={t('customers.identities')}
      extra={
        mayWrite && (
          <Button className={styles.extra ?? ''} type="link" size="small" onClick={() => setAdding(true)}>
            {t('common.add')}
          </Button>
        )
      }
    >
      {profile.identities.length === 0 && <p className={styles.quiet}>{t('customers.identities.none')}</p>}
      <ul className={styles.rows}>
        {profile.identities.map((identity) => (
          <IdentityRow
            key={identity.id}
            identity={identity}
            customer={profile.id}
            {...(mayWrite && { onEnd: () => setEnding(identity) })}
          />
        ))}
      </ul>
      {adding && <AddIdentity profile={profile} onClose={() => setAdding(false)} />}
      {ending && (
        <ReasonModal
          title={t('customers.identity.end')}
          action={t('customers.identity.end')}
          lead={t('customers.identity.end.text', {
            value: `${word('identity', ending.kind)} ${ending.masked}`,
          })}
          send={async (reason) => {
            const path = { id: profile.id, identity_id: ending.id };
            changed(await end.mutateAsync({ params: { path, query: { reason } } }));
          }}
          onClose={() => setEnding(undefined)}
        />
      )}
    </Panel>
  );
}

const revealable = ['phone', 'email', 'card'] as const;

type RowProps = { identity: Identity; customer: string; onEnd?: () => void };

function IdentityRow({ identity, customer, onEnd }: RowProps) {
  const reveal = useReveal(customer);
  const field = revealable.find((kind) => kind === identity.kind);
  return (
    <li className={styles.row}>
      <div>
        <span>{word('identity', identity.kind)}</span>
        <span className={styles.marks}>
          {identity.verified ? (
            <TagPill tone="good">{t('customers.identity.verified')}</TagPill>
          ) : (
            <TagPill>{t('customers.identity.unverified')}</TagPill>
          )}
          {identity.shared && <TagPill tone="warn">{t('customers.identity.shared')}</TagPill>}
        </span>
      </div>
      <div className={styles.rowEnd}>
        <Masked
          value={identity.masked}
          reveal={reveal && field && ((reason) => reveal({ field, identity_id: identity.id, reason }))}
        />
        {onEnd && (
          <Button type="link" size="small" onClick={onEnd}>
            {t('customers.identity.end')}
          </Button>
        )}
      </div>
    </li>
  );
}

const kinds = ['phone', 'card', 'email', 'shop_id', 'openid', 'unionid', 'external_userid'] as const;
const spaced = ['openid', 'shop_id'];

type Values = {
  kind: (typeof kinds)[number];
  value: string;
  space?: string;
  shared?: boolean;
  verified?: boolean;
};

function AddIdentity({ profile, onClose }: { profile: Profile; onClose: () => void }) {
  const { message } = App.useApp();
  const changed = useCustomerChanged();
  const [owner, setOwner] = useState<string>();
  const add = $api.useMutation('post', '/v1/customers/{id}/identities', { meta: { quiet: true } });

  const send = async ({ kind, value, space, shared, verified }: Values) => {
    setOwner(undefined);
    try {
      const body = {
        kind,
        value: value.trim(),
        ...(spaced.includes(kind) && space && { space }),
        ...(kind === 'phone' && shared && { shared }),
        ...(kind === 'card' && verified && { verified }),
      };
      changed(await add.mutateAsync({ params: { path: { id: profile.id } }, body }));
    } catch (error) {
      setOwner(customerIn(error));
      throw error instanceof ApiError && error.code.startsWith('phone.')
        ? new ApiError({
            ...error.problem,
            errors: [{ path: 'value', code: error.code, message: error.message }],
          })
        : error;
    }
    void message.success(t('common.saved'));
    onClose();
  };

  return (
    <FormModal<Values>
      title={t('customers.identity.add')}
      action={t('common.add')}
      initial={{ kind: 'phone' }}
      send={send}
      onClose={onClose}
    >
      {owner && (
        <Alert
          type="warning"
          showIcon
          className={styles.gap ?? ''}
          title={t('customers.identity.owner')}
          description={
            <Link to="/customers/$id" params={{ id: owner }} target="_blank">
              {t('customers.known.open')}
            </Link>
          }
        />
      )}
      <Form.Item name="kind" label={t('customers.identity.kind')} required>
        <Select options={kinds.map((value) => ({ value, label: word('identity', value) }))} />
      </Form.Item>
      <Form.Item noStyle dependencies={['kind']}>
        {({ getFieldValue }) => {
          const kind = getFieldValue('kind') as Values['kind'];
          return (
            <>
              {spaced.includes(kind) && (
                <Form.Item
                  name="space"
                  label={t('customers.identity.space')}
                  rules={[{ required: true, message: t('errors.field.required') }]}
                >
                  <Input maxLength={64} autoComplete="off" />
                </Form.Item>
              )}
              <Form.Item
                name="value"
                label={word('identity', kind)}
                rules={[{ required: true, whitespace: true, message: t('errors.field.required') }]}
              >
                <Input maxLength={128} autoComplete="off" autoFocus />
              </Form.Item>
              {kind === 'phone' && (
                <Form.Item name="shared" valuePropName="checked" extra={t('customers.identity.shared.hint')}>
                  <Checkbox>{t('customers.identity.shared')}</Checkbox>
                </Form.Item>
              )}
              {kind === 'card' && (
                <Form.Item name="verified" valuePropName="checked">
                  <Checkbox>{t('customers.identity.inHand')}</Checkbox>
                </Form.Item>
              )}
            </>
          );
        }}
      </Form.Item>
    </FormModal>
  );
}
