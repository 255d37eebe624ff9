import { CloseOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button, Checkbox, Segmented } from 'antd';
import { t } from '@/shared/i18n/t';
import {
  copyOf,
  deepest,
  type Fields,
  type Group,
  isGroup,
  move,
  type Node,
  newGroup,
  newLeaf,
  replace,
  startOf,
} from './model';
import styles from './segments.module.css';
import { TestRow } from './TestRow';

type Props = {
  root: Group;
  fields: Fields;
  /** What the server says is wrong, by the key of the node. */
  faults: Map<number, string[]>;
  onChange: (root: Group) => void;
};

/** The rule as a tree of groups and tests. */
export function RuleTree({ root, fields, faults, onChange }: Props) {
  const { message } = App.useApp();
  const remove = (node: Node) => {
    onChange(replace(root, node.key, () => undefined));
    const undo = () => {
      onChange(root);
      message.destroy('removed');
    };
    message.open({
      key: 'removed',
      type: 'info',
      content: (
        <>
          {t('segments.removed')}
          <Button type="link" size="small" onClick={undo}>
            {t('segments.undo')}
          </Button>
        </>
      ),
      duration: 8,
    });
  };
  const change = (key: number, next: (node: Node) => Node) => onChange(replace(root, key, next));

  const draw = (group: Group, depth: number) => (
    <fieldset className={depth === 0 ? styles.root : styles.group} aria-label={t('segments.group')}>
      <div className={styles.groupHead}>
        <Segmented
          size="small"
          aria-label={t('segments.join')}
          value={group.join}
          options={(['all', 'any'] as const).map((value) => ({ value, label: t(`segments.join.${value}`) }))}
          onChange={(join) => change(group.key, (node) => ({ ...(node as Group), join }))}
        />
        <Checkbox
          checked={group.not}
          onChange={({ target }) =>
            change(group.key, (node) => ({ ...(node as Group), not: target.checked }))
          }
        >
          {t('segments.not')}
        </Checkbox>
        {depth > 0 && (
          <Button
            type="text"
            className={styles.groupClose ?? ''}
            aria-label={t('segments.removeGroup')}
            icon={<CloseOutlined />}
            onClick={() => remove(group)}
          />
        )}
      </div>
      {group.items.map((item, i) => (
        <div key={item.key} className={styles.item}>
          <span className={styles.word}>{i > 0 && t(`segments.word.${group.join}`)}</span>
          {isGroup(item) ? (
            draw(item, depth + 1)
          ) : (
            <TestRow
              test={item.test}
              fields={fields}
              faults={faults.get(item.key) ?? []}
              onChange={(test) => change(item.key, (node) => ({ ...node, test }))}
              onRemove={() => remove(item)}
              onCopy={() =>
                change(group.key, (node) => ({
                  ...(node as Group),
                  items: [...(node as Group).items, copyOf(item)],
                }))
              }
              onMove={(step) => onChange(move(root, item.key, step))}
            />
          )}
        </div>
      ))}
      <div className={styles.add}>
        <Button type="link" icon={<PlusOutlined aria-hidden />} onClick={() => add(group, firstTest(fields))}>
          {t('segments.addTest')}
        </Button>
        {depth < deepest - 2 && (
          <Button
            type="link"
            icon={<PlusOutlined aria-hidden />}
            onClick={() => add(group, newGroup(group.join === 'all' ? 'any' : 'all', [firstTest(fields)]))}
          >
            {t('segments.addGroup')}
          </Button>
        )}
      </div>
    </fieldset>
  );

  const add = (group: Group, node: Node) =>
    change(group.key, (now) => ({ ...(now as Group), items: [...(now as Group).items, node] }));

  return draw(root, 0);
}

function firstTest(fields: Fields) {
  const field = fields.fields.find(({ code }) => code === 'orders.count') ?? fields.fields[0];
  return newLeaf(field ? startOf(field) : {});
}
