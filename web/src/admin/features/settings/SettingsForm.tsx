import { useQueryClient } from '@tanstack/react-query';
import { Alert, App, Button, Form, Input, InputNumber, Segmented, Switch } from 'antd';
import { useState } from 'react';
import { $api, ifMatch } from '@/api/client';
import { ApiError } from '@/api/problem';
import { sessionQuery } from '@/api/session';
import { t } from '@/shared/i18n/t';
import { CurrencySelect } from '@/shared/ui/CurrencySelect';
import { Failure } from '@/shared/ui/Failure';
import { Panel } from '@/shared/ui/Panel';
import { ZoneSelect } from '@/shared/ui/ZoneSelect';
import { useSubmit } from '@/shared/useSubmit';
import { Conflict } from './Conflict';
import { changesOf, merged, type Organisation, type Settings, settingsOf } from './model';
import styles from './settings.module.css';

type Props = { read: Organisation; mayChange: boolean };

/** The settings of the organisation. What somebody else changed meanwhile is shown, never overwritten unseen. */
export function SettingsForm({ read, mayChange }: Props) {
  const [form] = Form.useForm<Settings>();
  const { message } = App.useApp();
  const cache = useQueryClient();
  const [base, setBase] = useState(read);
  const [theirs, setTheirs] = useState<Organisation>();
  const fetchNow = $api.useQuery('get', '/v1/organisation', {}, { enabled: false });
  const change = $api.useMutation('patch', '/v1/organisation', { meta: { quiet: true } });

  const settle = (now: Organisation, shown: Settings) => {
    setBase(now);
    setTheirs(undefined);
    form.setFieldsValue(shown);
  };

  const send = async (values: Settings) => {
    const body = changesOf(settingsOf(base), values);
    try {
      const saved = await change.mutateAsync({ params: { header: ifMatch(base.version) }, body });
      settle(saved, settingsOf(saved));
      void message.success(t('common.saved'));
      await cache.invalidateQueries({ queryKey: sessionQuery.queryKey });
    } catch (error) {
      if (!(error instanceof ApiError && error.status === 412)) throw error;
      setTheirs((await fetchNow.refetch({ throwOnError: true })).data);
    }
  };
  const { submit, waiting, failure } = useSubmit<Settings>(form, send);

  return (
    <Form
      form={form}
      layout="vertical"
      requiredMark={false}
      disabled={!mayChange}
      initialValues={settingsOf(read)}
      onFinish={submit}
      className={styles.form ?? ''}
    >
      {!mayChange && <Alert type="info" showIcon title={t('settings.readOnly')} />}
      {theirs && (
        <Conflict
          read={settingsOf(base)}
          now={settingsOf(theirs)}
          onTakeTheirs={() => settle(theirs, settingsOf(theirs))}
          onKeepBoth={() =>
            settle(theirs, merged(settingsOf(base), settingsOf(theirs), form.getFieldsValue()))
          }
        />
      )}
      <Panel title={t('settings.shop')}>
        <Form.Item
          name="name"
          label={t('settings.name')}
          extra={t('settings.name.hint')}
          rules={[{ required: true, whitespace: true, message: t('settings.name.missing') }]}
        >
          <Input maxLength={80} autoComplete="organization" />
        </Form.Item>
        <Form.Item name="time_zone" label={t('settings.timeZone')} extra={t('settings.timeZone.hint')}>
          <ZoneSelect />
        </Form.Item>
        <Form.Item name="currency" label={t('settings.currency')} extra={t('settings.currency.hint')}>
          <CurrencySelect />
        </Form.Item>
        <Form.Item name="locale" label={t('settings.language')} extra={t('settings.language.hint')}>
          <Segmented
            options={[
              { value: 'zh-CN', label: '简体中文' },
              { value: 'en', label: 'English' },
            ]}
          />
        </Form.Item>
      </Panel>
      <Panel title={t('settings.sales')}>
        <Form.Item
          name="return_days"
          label={t('settings.returnDays')}
          extra={t('settings.returnDays.hint')}
          rules={[{ required: true, message: t('settings.returnDays.missing') }]}
        >
          <InputNumber min={0} max={365} precision={0} suffix={t('settings.returnDays.unit')} />
        </Form.Item>
      </Panel>
      <Panel title={t('settings.security')}>
        <Form.Item
          name="require_totp"
          label={t('settings.requireTotp')}
          extra={t('settings.requireTotp.hint')}
          valuePropName="checked"
        >
          <Switch />
        </Form.Item>
      </Panel>
      <Failure error={failure} />
      {mayChange && (
        <div className={styles.buttons}>
          <Button type="primary" htmlType="submit" loading={waiting}>
            {t('common.save')}
          </Button>
          <Button onClick={() => form.setFieldsValue(settingsOf(base))}>{t('settings.reset')}</Button>
        </div>
      )}
    </Form>
  );
}
