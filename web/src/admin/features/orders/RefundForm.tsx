import { useQueryClient } from '@tanstack/react-query';
import { App, Form, InputNumber, Select } from 'antd';
import { useState } from 'react';
import { $api } from '@/api/client';
import { useSession } from '@/api/session';
import { money } from '@/shared/format';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { type Back, type Line, leftOf, type Order, reasonOptions, refundBody, refundFen } from './model';
import styles from './orders.module.css';

const newNumber = () => `C${Date.now().toString(36)}${Math.random().toString(36).slice(2, 6)}`.toUpperCase();

/** Writes down what came back of an order, why, and what was given back for it. */
export function RefundForm({ order, onClose }: { order: Order; onClose: () => void }) {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const staff = useSession().data?.staff;
  const reasons = $api.useQuery('get', '/v1/refund_reasons');
  const record = $api.useMutation('post', '/v1/refunds', { meta: { quiet: true } });
  // Of this dialog, so that a second try is the same refund.
  const [number] = useState(newNumber);
  const lines = order.lines ?? [];

  const send = async (values: Back) => {
    const params = { header: { 'Idempotency-Key': number } };
    await record.mutateAsync({ params, body: refundBody(order, number, staff?.id, values) });
    await Promise.all(
      ['/v1/orders', '/v1/orders/{id}', '/v1/customers'].map((path) =>
        cache.invalidateQueries({ queryKey: ['get', path] }),
      ),
    );
    void message.success(t('orders.refund.done'));
    onClose();
  };

  return (
    <FormModal<Back>
      title={t('orders.refund')}
      action={t('orders.refund')}
      lead={t('orders.refund.lead', { number: order.order_no })}
      initial={{ pieces: lines.map((line) => (lines.length === 1 ? leftOf(line) : 0)) }}
      send={send}
      onClose={onClose}
    >
      <fieldset className={styles.pieces}>
        <legend>{t('orders.refund.pieces')}</legend>
        {lines.map((line, i) => (
          <BackLine key={line.id} line={line} at={i} />
        ))}
      </fieldset>
      <Form.Item
        name="reason_code"
        label={t('orders.refund.reason')}
        rules={[{ required: true, message: t('orders.refund.reason.missing') }]}
      >
        <Select
          loading={reasons.isPending}
          showSearch={{ optionFilterProp: 'label' }}
          options={reasonOptions(reasons.data?.items ?? [])}
        />
      </Form.Item>
      <Form.Item
        dependencies={lines.map((_, i) => ['pieces', i])}
        name="total"
        rules={[
          ({ getFieldValue }) => ({
            validator: () =>
              refundFen(lines, getFieldValue('pieces')) > 0
                ? Promise.resolve()
                : Promise.reject(new Error(t('orders.refund.nothing'))),
          }),
        ]}
      >
        <Total lines={lines} />
      </Form.Item>
    </FormModal>
  );
}

function BackLine({ line, at }: { line: Line; at: number }) {
  const left = leftOf(line);
  const name = line.name || line.sku;
  return (
    <div className={styles.piece}>
      <span className={styles.words}>
        <b>{name}</b>
        <span className={styles.quiet}>
          {line.sku} · {t('orders.refund.left', { count: left })}
        </span>
      </span>
      <Form.Item name={['pieces', at]} noStyle>
        <InputNumber
          aria-label={t('orders.refund.pieces.of', { name })}
          min={0}
          max={left}
          precision={0}
          disabled={left === 0}
        />
      </Form.Item>
    </div>
  );
}

/** What the chosen pieces were paid with. */
function Total({ lines }: { lines: Line[] }) {
  const pieces = Form.useWatch<(number | null)[] | undefined>('pieces');
  return (
    <p className={styles.total}>
      <span>{t('orders.refund.total')}</span>
      <b>{money(refundFen(lines, pieces))}</b>
    </p>
  );
}
