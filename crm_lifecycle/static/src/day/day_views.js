import {EventBus} from "@odoo/owl";
import {registry} from "@web/core/registry";
import {KanbanController} from "@web/views/kanban/kanban_controller";
import {kanbanView} from "@web/views/kanban/kanban_view";
import {ListController} from "@web/views/list/list_controller";
import {listView} from "@web/views/list/list_view";
import {DayBanner} from "./day_banner";
import {findRecord, useDayKeys} from "./day_keys";

/** Lines of a day open the document that they are about. */
const DayController = (Controller) =>
    class extends Controller {
        setup() {
            // The head of the list is read anew whenever the list is.
            this.dayBus = new EventBus();
            super.setup();
            useDayKeys(this);
        }

        get modelParams() {
            const params = super.modelParams;
            params.hooks.onRootLoaded = () => this.dayBus.trigger("loaded");
            return params;
        }

        findLine(id) {
            return findRecord(this.model.root, id);
        }

        async openRecord(record) {
            const action = await this.model.orm.call(
                "crm.lifecycle.day.line",
                "action_open_document",
                [[record.resId]],
            );
            await this.actionService.doAction(action);
        }
    };

export class DayListController extends DayController(ListController) {
    static template = "crm_lifecycle.DayListView";
    static components = {...ListController.components, DayBanner};
}

export class DayKanbanController extends DayController(KanbanController) {
    static template = "crm_lifecycle.DayKanbanView";
    static components = {...KanbanController.components, DayBanner};
}

registry.category("views").add("lifecycle_day_list", {...listView, Controller: DayListController});
registry
    .category("views")
    .add("lifecycle_day_kanban", {...kanbanView, Controller: DayKanbanController});
