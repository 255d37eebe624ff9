import { Button, Form, Input, Segmented } from 'antd';
import { useEffect } from 'react';
import { formErrors } from '@/api/problem';
import { t } from '@/shared/i18n/t';
import { CurrencySelect } from '@/shared/ui/CurrencySelect';
import { ZoneSelect } from '@/shared/ui/ZoneSelect';
import type { ShopAnswers } from './model';

type Props = {
  answers: ShopAnswers;
  /** What the server did not like about them. */
  refusal: unknown;
  onNext: (answers: ShopAnswers) => void;
};

export function ShopStep({ answers, refusal, onNext }: Props) {
  const [form] = Form.useForm();
  useEffect(() => form.setFields(formErrors(refusal)), [form, refusal]);

  return (
    <Form form={form} layout="vertical" requiredMark="optional" initialValues={answers} onFinish={onNext}>
      <Form.Item
        name="shop_name"
        label={t('setup.shopName')}
        rules={[{ required: true, whitespace: true, message: t('setup.shopName.missing') }]}
      >
        <Input autoFocus autoComplete="organization" maxLength={80} placeholder={t('setup.shopName.hint')} />
      </Form.Item>
      <Form.Item name="shop_code" label={t('setup.shopCode')} extra={t('setup.shopCode.hint')}>
        <Input maxLength={64} placeholder="001" autoComplete="off" />
      </Form.Item>
      <Form.Item name="time_zone" label={t('setup.timeZone')} rules={[{ required: true }]}>
        <ZoneSelect />
      </Form.Item>
      <Form.Item
        name="currency"
        label={t('setup.currency')}
        extra={t('setup.currency.hint')}
        rules={[{ required: true }]}
      >
        <CurrencySelect />
      </Form.Item>
      <Form.Item name="locale" label={t('setup.language')} rules={[{ required: true }]}>
        <Segmented
          options={[
            { value: 'zh-CN', label: '简体中文' },
            { value: 'en', label: 'English' },
          ]}
        />
      </Form.Item>
      <Button type="primary" htmlType="submit" size="large" block>
        {t('setup.next')}
      </Button>
    </Form>
  );
}
