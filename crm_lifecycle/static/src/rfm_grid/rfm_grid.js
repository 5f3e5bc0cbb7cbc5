import {Component, onWillStart, useRef, useState} from "@odoo/owl";
import {formatInteger, formatMonetary} from "@web/views/fields/formatters";
import {Layout} from "@web/search/layout";
import {_t} from "@web/core/l10n/translation";
import {localization} from "@web/core/l10n/localization";
import {registry} from "@web/core/registry";
import {standardActionServiceProps} from "@web/webclient/actions/action_service";
import {useService} from "@web/core/utils/hooks";
import {user} from "@web/core/user";

const SCORES = ["1", "2", "3", "4", "5"];
/** How far an arrow key goes, as [rows, columns]. */
const STEPS = {
    ArrowUp: [-1, 0],
    ArrowDown: [1, 0],
    ArrowLeft: [0, -1],
    ArrowRight: [0, 1],
    Home: [0, -4],
    End: [0, 4],
};
/** Shades of the fewest and of the most customers, in percent of the colour. */
const LIGHTEST = 8;
const DARKEST = 55;

const clamp = (place) => Math.min(Math.max(place, 0), SCORES.length - 1);

/**
 * How many customers bought how lately (rows) and how often (columns), in fifths.
 *
 * A table whose cells open their customers. One cell at a time is in the order of the tab
 * key; arrow keys go from cell to cell.
 */
export class RfmGrid extends Component {
    static template = "crm_lifecycle.RfmGrid";
    static components = {Layout};
    static props = {...standardActionServiceProps};

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.tableRef = useRef("table");
        this.display = {controlPanel: {}};
        this.scores = SCORES;
        this.formatInteger = formatInteger;
        this.state = useState({row: 0, column: 4});
        onWillStart(async () => {
            this.grid = await this.orm.call("crm.lifecycle.profile", "get_rfm_grid", []);
            this.rows = this.getRows();
        });
    }

    get company() {
        return user.allowedCompanies.length > 1 ? this.grid.company : "";
    }

    get needed() {
        return _t(
            "It takes %(minimum)s customers who bought in the last twelve months; there are %(buyers)s.",
            {minimum: this.grid.minimum, buyers: this.grid.buyers},
        );
    }

    /** Rows from the latest purchases down, each with its cells from seldom to often. */
    getRows() {
        const cells = Object.fromEntries(
            this.grid.cells.map((cell) => [`${cell.recency}${cell.frequency}`, cell]),
        );
        const most = Math.max(1, ...this.grid.cells.map((cell) => cell.customers));
        return [...SCORES].reverse().map((recency) => ({
            recency,
            range: this.grid.recency[recency - 1],
            cells: SCORES.map((frequency) => {
                const cell = cells[`${recency}${frequency}`] || {customers: 0};
                const share = LIGHTEST + ((DARKEST - LIGHTEST) * cell.customers) / most;
                return {
                    ...cell,
                    recency,
                    frequency,
                    style: `--LifecycleRfm-share: ${cell.customers ? share.toFixed(1) : 0}%`,
                };
            }),
        }));
    }

    hasAverage(cell) {
        return typeof cell.average === "number";
    }

    formatAverage(cell) {
        return formatMonetary(cell.average, {
            currencyId: this.grid.currency_id,
            digits: [16, 0],
            humanReadable: true,
        });
    }

    cellTitle(cell) {
        const {recency, frequency} = cell;
        const customers = formatInteger(cell.customers);
        if (!this.hasAverage(cell)) {
            return _t("Recency %(recency)s, frequency %(frequency)s: %(customers)s customers", {
                recency,
                frequency,
                customers,
            });
        }
        return _t(
            "Recency %(recency)s, frequency %(frequency)s: %(customers)s customers, revenue %(average)s on average",
            {recency, frequency, customers, average: this.formatAverage(cell)},
        );
    }

    isActive(row, column) {
        return this.state.row === row && this.state.column === column;
    }

    onKeydown(ev, row, column) {
        if (!(ev.key in STEPS)) {
            return;
        }
        ev.preventDefault();
        const [down, right] = STEPS[ev.key];
        const isMirrored = localization.direction === "rtl" && ev.key.startsWith("Arrow");
        this.state.row = clamp(row + down);
        this.state.column = clamp(column + (isMirrored ? -right : right));
        const rows = this.tableRef.el.tBodies[0].rows;
        rows[this.state.row].querySelectorAll("button")[this.state.column].focus();
    }

    onFocus(row, column) {
        Object.assign(this.state, {row, column});
    }

    async open(cell) {
        if (!cell.customers) {
            return;
        }
        const action = await this.orm.call("crm.lifecycle.profile", "action_open_rfm", [
            cell.recency,
            cell.frequency,
        ]);
        await this.action.doAction(action);
    }
}

registry.category("actions").add("lifecycle_rfm_grid", RfmGrid);
