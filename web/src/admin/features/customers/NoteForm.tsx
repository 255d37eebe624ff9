import { App, Button, Checkbox, Form, Input, Select } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import type { components } from '@/api/schema.gen';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { useSubmit } from '@/shared/useSubmit';
import { useCustomerChanged } from './changed';
import styles from './timeline.module.css';
import { word } from './words';

type Values = components['schemas']['AddNoteRequest'];

const kinds = ['talk', 'need', 'habit', 'interest', 'try_on', 'life_event', 'other'] as const;

/** A place to write down what was heard. It is one quiet line until somebody writes. */
export function NoteForm({ customer }: { customer: string }) {
  const [form] = Form.useForm<Values>();
  const { message } = App.useApp();
  const [writing, setWriting] = useState(false);
  const changed = useCustomerChanged();
  const add = $api.useMutation('post', '/v1/customers/{id}/notes', { meta: { quiet: true } });

  const { submit, waiting, failure } = useSubmit<Values>(form, async (values) => {
    const { sensitive, ...rest } = values;
    const body = { ...rest, body: values.body.trim(), ...(sensitive && { sensitive }) };
    await add.mutateAsync({ params: { path: { id: customer } }, body });
    form.resetFields();
    setWriting(false);
    changed();
    void message.success(t('customers.note.written'));
  });

  return (
    <Form
      form={form}
      className={styles.note ?? ''}
      initialValues={{ kind: 'talk' }}
      onFinish={submit}
      onFocus={() => setWriting(true)}
    >
      <Form.Item
        name="body"
        rules={[{ required: true, whitespace: true, message: t('customers.note.empty') }]}
      >
        <Input.TextArea
          autoSize={{ minRows: writing ? 3 : 1, maxRows: 12 }}
          maxLength={4000}
          placeholder={t('customers.note.hint')}
          aria-label={t('customers.note.write')}
        />
      </Form.Item>
      {writing && (
        <div className={styles.noteFoot}>
          <Form.Item name="kind" noStyle>
            <Select
              className={styles.kind ?? ''}
              aria-label={t('customers.note.kind')}
              options={kinds.map((value) => ({ value, label: word('note', value) }))}
            />
          </Form.Item>
          <Form.Item name="sensitive" valuePropName="checked" noStyle>
            <Checkbox>{t('customers.note.sensitive')}</Checkbox>
          </Form.Item>
          <span className={styles.grow} />
          <Button
            onClick={() => {
              form.resetFields();
              setWriting(false);
            }}
          >
            {t('common.cancel')}
          </Button>
          <Button type="primary" htmlType="submit" loading={waiting}>
            {t('customers.note.save')}
          </Button>
        </div>
      )}
      <Failure error={failure} />
    </Form>
  );
}
