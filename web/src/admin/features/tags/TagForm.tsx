import { useQueryClient } from '@tanstack/react-query';
import { App, Form, Input, Radio } from 'antd';
import { word } from '@/admin/features/customers/words';
import { $api, ifMatch } from '@/api/client';
import { t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import { type Axis, axes, type Tag } from './model';
import styles from './tags.module.css';

type Props = {
  /** The tag to change; else one is made. */
  tag?: Tag;
  /** The name to begin with. */
  name?: string;
  onDone?: (tag: Tag) => void;
  onClose: () => void;
};

type Values = { name: string; name_en?: string; axis: Axis; description?: string };

/** Name, axis and meaning of a tag. */
export function TagForm({ tag, name, onDone, onClose }: Props) {
  const cache = useQueryClient();
  const { message } = App.useApp();
  const create = $api.useMutation('post', '/v1/tags', { meta: { quiet: true } });
  const change = $api.useMutation('patch', '/v1/tags/{id}', { meta: { quiet: true } });
  const send = async ({ name, name_en = '', axis, description = '' }: Values) => {
    const body = { name, name_en, axis, description };
    const saved = tag
      ? await change.mutateAsync({ params: { path: { id: tag.id }, header: ifMatch(tag.version) }, body })
      : await create.mutateAsync({ body });
    await cache.invalidateQueries();
    message.success(t(tag ? 'tags.changed' : 'tags.created', { name: saved.name }));
    onDone?.(saved);
    onClose();
  };
  return (
    <FormModal<Values>
      title={tag ? t('tags.edit') : t('tags.create')}
      action={t('common.save')}
      initial={
        tag
          ? {
              name: tag.name,
              name_en: tag.name_en ?? '',
              axis: tag.axis as Axis,
              description: tag.description ?? '',
            }
          : { axis: 'preference', ...(name && { name }) }
      }
      {...(tag && { lead: t('tags.edit.lead') })}
      send={send}
      onClose={onClose}
    >
      <Form.Item
        name="name"
        label={t('tags.name')}
        rules={[{ required: true, message: t('tags.name.missing') }]}
      >
        <Input autoFocus maxLength={40} autoComplete="off" placeholder={t('tags.name.hint')} />
      </Form.Item>
      <Form.Item name="name_en" label={t('tags.nameEn')} extra={t('tags.nameEn.hint')}>
        <Input maxLength={40} autoComplete="off" />
      </Form.Item>
      <Form.Item name="axis" label={t('tags.axis')} required>
        <Radio.Group className={styles.choices ?? ''}>
          {axes.map((axis) => (
            <Radio key={axis} value={axis}>
              <b>{word('axis', axis)}</b> <span className={styles.quiet}>{t(`tags.axis.hint.${axis}`)}</span>
            </Radio>
          ))}
        </Radio.Group>
      </Form.Item>
      <Form.Item name="description" label={t('tags.description')}>
        <Input.TextArea maxLength={500} autoSize={{ minRows: 2, maxRows: 6 }} />
      </Form.Item>
    </FormModal>
  );
}
