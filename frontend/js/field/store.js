/** What must survive a closed page: the queue's items and a few kept answers, in IndexedDB. */

/** @typedef {import("./queue.js").Item} Item */

const NAME = "zhihui-field";
const ITEMS = "items";
const KEPT = "kept";

/** @type {Promise<IDBDatabase>|null} */
let opened = null;

/** @returns {Promise<IDBDatabase>} */
function database() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(ITEMS, { keyPath: "key" });
      request.result.createObjectStore(KEPT);
    };
    request.onerror = () => reject(request.error);
    request.onsuccess = () => resolve(request.result);
  });
  return opened;
}

/** Do something in one transaction; resolves when it is on the disk, not before.
 * @template T @param {string} store @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T>|void} work @returns {Promise<T>} */
async function within(store, mode, work) {
  const base = await database();
  return new Promise((resolve, reject) => {
    const transaction = base.transaction(store, mode, { durability: "strict" });
    const request = work(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(/** @type {T} */ (request?.result));
    transaction.onabort = () => reject(transaction.error);
  });
}

/** @returns {Promise<Item[]>} */
export function allItems() {
  return within(ITEMS, "readonly", (store) => store.getAll());
}

/** @param {Item} item */
export async function putItem(item) {
  await within(ITEMS, "readwrite", (store) => store.put(item));
}

/** Change an item as it is now on the disk; another tab may have changed it meanwhile.
 * @param {string} key @param {(item: Item) => Item} change */
export async function changeItem(key, change) {
  await within(ITEMS, "readwrite", (store) => {
    const found = store.get(key);
    found.onsuccess = () => found.result && store.put(change(found.result));
  });
}

/** @param {string} key */
export async function removeItem(key) {
  await within(ITEMS, "readwrite", (store) => store.delete(key));
}

/** @template T @param {string} name @param {T} fallback @returns {Promise<T>} */
export async function kept(name, fallback) {
  return (await within(KEPT, "readonly", (store) => store.get(name))) ?? fallback;
}

/** @param {string} name @param {unknown} value undefined forgets */
export async function keep(name, value) {
  await within(KEPT, "readwrite", (store) =>
    value === undefined ? void store.delete(name) : void store.put(value, name),
  );
}

/** @param {string} prefix */
const under = (prefix) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

/** All that is kept under names that begin so.
 * @param {string} prefix @returns {Promise<any[]>} */
export function keptUnder(prefix) {
  return within(KEPT, "readonly", (store) => store.getAll(under(prefix)));
}

/** @param {string} prefix */
export async function forgetUnder(prefix) {
  await within(KEPT, "readwrite", (store) => void store.delete(under(prefix)));
}
