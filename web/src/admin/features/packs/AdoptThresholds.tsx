import { Checkbox, Form } from 'antd';
import { nameIn, t } from '@/shared/i18n/t';
import { FormModal } from '@/shared/ui/FormModal';
import type { Pack } from './PackCard';
import { type AllPackThresholds, type PackThresholds, ThresholdChanges } from './Thresholds';

type Props = {
  pack: Pack;
  trade: PackThresholds;
  all: AllPackThresholds;
  /** Switches the pack on if it is not, and puts its thresholds in force if so asked. */
  onConfirm: (adopt: boolean) => Promise<void>;
  onClose: () => void;
};

/** Shows the thresholds of a trade and asks whether they shall be in force: while its pack is switched on, or later. */
export function AdoptThresholds({ pack, trade, all, onConfirm, onClose }: Props) {
  const words = { name: nameIn(pack) };
  return (
    <FormModal<{ adopt: boolean }>
      title={t(pack.enabled ? 'packs.thresholds.title' : 'packs.thresholds.titleOn', words)}
      action={t(pack.enabled ? 'packs.thresholds.adopt' : 'packs.on.action')}
      initial={{ adopt: true }}
      send={async ({ adopt }) => {
        await onConfirm(pack.enabled || adopt);
        onClose();
      }}
      onClose={onClose}
    >
      <ThresholdChanges trade={trade} all={all} />
      {!pack.enabled && (
        <Form.Item name="adopt" valuePropName="checked">
          <Checkbox>{t('packs.thresholds.with')}</Checkbox>
        </Form.Item>
      )}
    </FormModal>
  );
}
