import { App, Button, DatePicker, Form, Input, InputNumber, Select } from 'antd';
import dayjs from 'dayjs';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useCan } from '@/api/session';
import { nameIn, t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { Panel } from '@/shared/ui/Panel';
import { TagPill } from '@/shared/ui/TagPill';
import { useCustomerChanged } from './changed';
import styles from './profile.module.css';
import {
  type AttributeForm,
  attributeText,
  byPack,
  type Definition,
  formOf,
  type Profile,
  settingsOf,
} from './record';

function useDefinitions() {
  const definitions = $api.useQuery('get', '/v1/attributes').data?.items ?? [];
  const packs = $api.useQuery('get', '/v1/attribute_packs').data?.items ?? [];
  return { definitions, packs };
}

/** What she likes and wears, by the pack of the trade. Choices of several are pills, the rest pairs. */
export function Attributes({ profile }: { profile: Profile }) {
  const [editing, setEditing] = useState(false);
  const mayWrite = useCan('customers.write');
  const { definitions, packs } = useDefinitions();
  const groups = byPack(profile.attributes, definitions, packs);
  return (
    <Panel
      title={t('customers.attributes')}
      extra={
        mayWrite &&
        definitions.length > 0 && (
          <Button className={styles.extra ?? ''} type="link" size="small" onClick={() => setEditing(true)}>
            {profile.attributes.length > 0 ? t('common.edit') : t('common.add')}
          </Button>
        )
      }
    >
      {groups.length === 0 && <p className={styles.quiet}>{t('customers.attributes.none')}</p>}
      {groups.map((group) => (
        <div key={group.name} className={styles.group}>
          {groups.length > 1 && <h3 className={styles.groupName}>{group.name}</h3>}
          <dl className={styles.pairs}>
            {group.attributes.map((a) => (
              <div key={a.code} className={styles.pair}>
                <dt>{nameIn(a)}</dt>
                <dd>
                  {a.choices && a.choices.length > 1 ? (
                    <span className={styles.pills}>
                      {a.choices.map((choice) => (
                        <TagPill key={choice.code}>{nameIn(choice)}</TagPill>
                      ))}
                    </span>
                  ) : (
                    attributeText(a)
                  )}
                </dd>
              </div>
            ))}
          </dl>
        </div>
      ))}
      {editing && (
        <EditAttributes profile={profile} definitions={definitions} onClose={() => setEditing(false)} />
      )}
    </Panel>
  );
}

type EditProps = { profile: Profile; definitions: Definition[]; onClose: () => void };

function EditAttributes({ profile, definitions, onClose }: EditProps) {
  const { packs } = useDefinitions();
  const { message } = App.useApp();
  const changed = useCustomerChanged();
  const set = $api.useMutation('patch', '/v1/customers/{id}/attributes', { meta: { quiet: true } });
  const before = formOf(profile.attributes, definitions);
  const groups = byPack(definitions, definitions, packs);

  const send = async (values: { values: AttributeForm }) => {
    const attributes = settingsOf(before, values.values, definitions);
    if (attributes.length > 0) {
      const params = { path: { id: profile.id } };
      changed(await set.mutateAsync({ params, body: { attributes, source: 'clerk' } }));
      void message.success(t('common.saved'));
    }
    onClose();
  };

  return (
    <FormModal<{ values: AttributeForm }>
      title={t('customers.attributes')}
      action={t('common.save')}
      initial={{ values: before }}
      send={send}
      onClose={onClose}
      width={600}
      unmarked
    >
      {groups.map((group) => (
        <fieldset key={group.name} className={styles.fieldset}>
          <legend className={groups.length > 1 ? undefined : 'visually-hidden'}>{group.name}</legend>
          {group.attributes.map((d) => (
            <Form.Item
              key={d.code}
              name={['values', d.code]}
              label={nameIn(d)}
              {...(d.kind === 'day' && {
                getValueProps: (day?: string) => ({ value: day ? dayjs(day) : null }),
                normalize: (day?: dayjs.Dayjs) => day?.format('YYYY-MM-DD') ?? null,
              })}
            >
              {control(d)}
            </Form.Item>
          ))}
        </fieldset>
      ))}
    </FormModal>
  );
}

function control(d: Definition) {
  switch (d.kind) {
    case 'choice':
      return (
        <Select
          allowClear
          {...(d.multiple && { mode: 'multiple' as const })}
          options={d.options.map((option) => ({ value: option.code, label: nameIn(option) }))}
        />
      );
    case 'number':
      return <InputNumber className={styles.full ?? ''} changeOnWheel={false} />;
    case 'bool':
      return (
        <Select
          allowClear
          options={[
            { value: true, label: t('common.yes') },
            { value: false, label: t('common.no') },
          ]}
        />
      );
    case 'day':
      return <DatePicker className={styles.full ?? ''} />;
    default:
      return <Input maxLength={500} autoComplete="off" />;
  }
}
