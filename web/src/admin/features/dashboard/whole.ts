import { t } from '@/shared/i18n/t';
import { useCurrentShop } from '@/shared/shop';

/** What a panel says that holds all shops while one is chosen; nothing while all are. */
export const useWholeNote = () => (useCurrentShop() ? t('dashboard.allShops') : undefined);
