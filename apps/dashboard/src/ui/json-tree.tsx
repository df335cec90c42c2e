import { useState, type ReactNode } from 'react';

interface NodeProps {
  name?: string | undefined;
  value: unknown;
  depth: number;
  isLast: boolean;
}

const FOLDED_FROM = 40;

/** JSON with objects and arrays that fold. */
export function JsonTree({ value }: { value: unknown }) {
  return <JsonNode value={value} depth={0} isLast />;
}

function JsonNode({ name, value, depth, isLast }: NodeProps) {
  const isList = Array.isArray(value);
  const entries = entriesOf(value);
  const [isOpen, setOpen] = useState(entries === undefined || entries.length < FOLDED_FROM);
  const comma = isLast ? '' : ',';
  if (entries === undefined || entries.length === 0)
    return (
      <Row depth={depth} name={name}>
        {entries === undefined ? <Scalar value={value} /> : isList ? '[]' : '{}'}
        {comma}
      </Row>
    );
  return <Branch {...{ name, depth, comma, isList, entries, isOpen }} onToggle={() => setOpen(!isOpen)} />;
}

interface BranchProps {
  name: string | undefined;
  depth: number;
  comma: string;
  isList: boolean;
  entries: [string, unknown][];
  isOpen: boolean;
  onToggle: () => void;
}

function Branch({ name, depth, comma, isList, entries, isOpen, onToggle }: BranchProps) {
  const [open, close] = isList ? ['[', ']'] : ['{', '}'];
  return (
    <>
      <Row depth={depth} name={name} fold={{ isOpen, toggle: onToggle }}>
        {isOpen ? open : `${open} ${entries.length} ${isList ? 'items' : 'fields'} ${close}${comma}`}
      </Row>
      {isOpen && (
        <>
          {entries.map(([key, item], index) => (
            <JsonNode
              key={key}
              name={isList ? undefined : key}
              value={item}
              depth={depth + 1}
              isLast={index === entries.length - 1}
            />
          ))}
          <Row depth={depth}>
            {close}
            {comma}
          </Row>
        </>
      )}
    </>
  );
}

interface RowProps {
  depth: number;
  name?: string | undefined;
  fold?: { isOpen: boolean; toggle: () => void };
  children: ReactNode;
}

function Row({ depth, name, fold, children }: RowProps) {
  const label = name === undefined ? null : <span className="hub-json-key">{JSON.stringify(name)}: </span>;
  return (
    <div className="hub-json-row" style={{ paddingLeft: depth * 16 + (fold ? 0 : 14) }}>
      {fold ? (
        <button type="button" className="hub-json-fold" aria-expanded={fold.isOpen} onClick={fold.toggle}>
          {label}
          {children}
        </button>
      ) : (
        <>
          {label}
          {children}
        </>
      )}
    </div>
  );
}

function Scalar({ value }: { value: unknown }) {
  const name = typeof value === 'string' ? 'hub-json-string' : 'hub-json-other';
  return <span className={name}>{JSON.stringify(value)}</span>;
}

function entriesOf(value: unknown): [string, unknown][] | undefined {
  return typeof value === 'object' && value !== null ? Object.entries(value) : undefined;
}
