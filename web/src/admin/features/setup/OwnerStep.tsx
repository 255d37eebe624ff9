import { Button, Form, Input } from 'antd';
import { t } from '@/shared/i18n/t';
import { Failure } from '@/shared/ui/Failure';
import { useSubmit } from '@/shared/useSubmit';
import { type OwnerAnswers, strengthOf } from './model';
import styles from './setup.module.css';

type Props = {
  answers: Partial<OwnerAnswers>;
  send: (answers: OwnerAnswers) => Promise<void>;
  onBack: (answers: Partial<OwnerAnswers>) => void;
};

export function OwnerStep({ answers, send, onBack }: Props) {
  const [form] = Form.useForm<OwnerAnswers>();
  const { submit, waiting, failure } = useSubmit<OwnerAnswers>(form, send);
  const password = Form.useWatch('password', form) ?? '';

  return (
    <Form form={form} layout="vertical" requiredMark={false} initialValues={answers} onFinish={submit}>
      <Form.Item
        name="owner_name"
        label={t('setup.ownerName')}
        rules={[{ required: true, whitespace: true, message: t('setup.ownerName.missing') }]}
      >
        <Input autoFocus autoComplete="name" maxLength={80} />
      </Form.Item>
      <Form.Item
        name="login"
        label={t('setup.login')}
        extra={t('setup.login.hint')}
        rules={[{ required: true, min: 2, whitespace: true, message: t('setup.login.missing') }]}
      >
        <Input autoComplete="username" autoCapitalize="none" spellCheck={false} maxLength={64} />
      </Form.Item>
      <Form.Item
        name="password"
        label={t('setup.password')}
        extra={<Strength password={password} />}
        rules={[{ required: true, min: 8, message: t('setup.password.missing') }]}
      >
        <Input.Password autoComplete="new-password" maxLength={256} />
      </Form.Item>
      <Failure error={failure} />
      <div className={styles.buttons}>
        <Button size="large" onClick={() => onBack(form.getFieldsValue())}>
          {t('common.back')}
        </Button>
        <Button type="primary" htmlType="submit" size="large" loading={waiting}>
          {t('setup.finish')}
        </Button>
      </div>
    </Form>
  );
}

function Strength({ password }: { password: string }) {
  if (!password) return t('setup.password.hint');
  const strength = strengthOf(password);
  return (
    <span className={styles.strength}>
      <span className={styles.bars} aria-hidden="true">
        {[1, 2, 3].map((bar) => (
          <span key={bar} className={bar <= strength ? styles[`strength${strength}`] : undefined} />
        ))}
      </span>
      {t(`setup.password.strength.${strength}`)}
    </span>
  );
}
