import {onMounted, onPatched} from "@odoo/owl";
import {useHotkey} from "@web/core/hotkeys/hotkey_hook";
import {useService} from "@web/core/utils/hooks";

const MODEL = "crm.lifecycle.day.line";
/** Rows of the list, or cards. */
const LINES = ".o_data_row, .o_kanban_record:not(.o_kanban_ghost)";
/** What the keys do with the line that has the focus. */
const RESULTS = {
    1: "action_reached",
    2: "action_message_left",
    3: "action_no_answer",
    l: "action_log",
};
const LINKS = {c: "a[href^='tel:']", m: "a[href^='mailto:']"};

/**
 * Let people work through their day by the keyboard alone.
 *
 * J and K move between the lines, digits enter results, and when a line is done the next one
 * has the focus.
 *
 * @param {Object} controller of a list or a kanban of lines
 */
export function useDayKeys(controller) {
    const orm = useService("orm");
    const action = useService("action");
    const ui = useService("ui");
    // Where the focus belongs: lines that are loaded anew are drawn anew, and lose it.
    let place = 0;
    let isOpened = false;
    // Ids of the lines with a result, the last one at the end: taking it back goes there.
    const entered = [];
    let reopened;

    // There are none in a view that was left meanwhile.
    const getLines = () => [...(controller.rootRef.el?.querySelectorAll(LINES) || [])];
    const getCurrent = () => {
        const current = document.activeElement?.closest(LINES);
        return current && controller.rootRef.el.contains(current) ? current : null;
    };
    const focus = (number) => {
        const lines = getLines();
        place = Math.max(0, Math.min(number, lines.length - 1));
        const line = lines[place];
        // Cells of a list have the focus, not its rows.
        (line?.querySelector("td.o_data_cell") || line)?.focus();
    };
    const move = (step) => {
        reopened = undefined;
        const current = getCurrent();
        focus(current ? getLines().indexOf(current) + step : 0);
    };
    const focusAgain = () => {
        const isLost = !document.activeElement || document.activeElement === document.body;
        // Not behind a dialog, and not where somebody works elsewhere.
        if (ui.activeElement === document && (isLost || !isOpened) && getLines().length) {
            isOpened = true;
            focus(place);
        }
    };
    /**
     * Go to the line that was taken back, as soon as it is drawn.
     *
     * @returns {Boolean} whether it was
     */
    const focusReopened = () => {
        if (!reopened) {
            return false;
        }
        const number = getLines().findIndex(
            (line) => controller.findLine(line.dataset.id)?.resId === reopened,
        );
        if (number < 0) {
            return false;
        }
        reopened = undefined;
        focus(number);
        return true;
    };
    const settle = () => focusReopened() || focusAgain();
    const load = async () => {
        await controller.model.load();
        await new Promise((resolve) => requestAnimationFrame(resolve));
        settle();
    };
    const run = async (method, ids) => {
        const result = await orm.call(MODEL, method, ids);
        if (result && typeof result === "object") {
            await action.doAction(result, {onClose: load});
        } else {
            await load();
        }
    };
    const enter = async (method) => {
        const current = getCurrent();
        const record = current && controller.findLine(current.dataset.id);
        if (record) {
            reopened = undefined;
            place = getLines().indexOf(current);
            entered.push(record.resId);
            await run(method, [[record.resId]]);
        }
    };
    const undo = async () => {
        reopened = entered.pop();
        await run("action_undo", []);
    };

    onMounted(focusAgain);
    onPatched(settle);
    useHotkey("j", () => move(1), {allowRepeat: true});
    useHotkey("k", () => move(-1), {allowRepeat: true});
    useHotkey("u", undo);
    for (const [key, method] of Object.entries(RESULTS)) {
        useHotkey(key, () => enter(method));
    }
    for (const [key, selector] of Object.entries(LINKS)) {
        useHotkey(key, () => getCurrent()?.querySelector(selector)?.click());
    }
}

/**
 * Return the record of a line, in whatever group it is.
 *
 * @param {Object} list of the model
 * @param {String} id of the datapoint
 * @returns {Object}
 */
export function findRecord(list, id) {
    if (!list.groups) {
        return list.records.find((record) => record.id === id);
    }
    for (const group of list.groups) {
        const found = findRecord(group.list, id);
        if (found) {
            return found;
        }
    }
}
