import { useNavigate } from '@tanstack/react-router';
import { App, Button } from 'antd';
import { useCan } from '@/api/session';
import { t } from '@/shared/i18n/t';
import type { Rule } from './model';
import { beginWith } from './start';

type Props = {
  name: string;
  /** Who is meant; none where no rule can say it. */
  rule: Rule | undefined;
  /** What of the list no rule can say, in words. */
  left?: string[];
};

/** Opens the editor of segments with the people of a list as a rule; says first what a rule cannot say. */
export function SaveAsSegment({ name, rule, left = [] }: Props) {
  const navigate = useNavigate();
  const { modal } = App.useApp();
  const mayManage = useCan('segments.manage');
  if (!mayManage) return null;
  const open = () => rule && void navigate(beginWith(name, rule));
  const ask = () => {
    const words = { what: left.join(t('segments.saveAs.and')) };
    if (!rule) return void modal.info({ title: t('segments.saveAs.none', words), okText: t('common.close') });
    void modal.confirm({
      title: t('segments.saveAs.left', words),
      content: t('segments.saveAs.rest'),
      okText: t('segments.saveAs.go'),
      onOk: open,
    });
  };
  return (
    <Button size="small" onClick={left.length > 0 ? ask : open}>
      {t('segments.saveAs')}
    </Button>
  );
}
