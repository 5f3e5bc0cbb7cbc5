import {registry} from "@web/core/registry";
import {KanbanHeader} from "@web/views/kanban/kanban_header";
import {KanbanRenderer} from "@web/views/kanban/kanban_renderer";
import {kanbanView} from "@web/views/kanban/kanban_view";

/** A column header that shows the number of customers next to their amount. */
export class LifecycleKanbanHeader extends KanbanHeader {
    static template = "crm_lifecycle.KanbanHeader";

    /** Whether the title tells the count; the progress bar does for those who may not see amounts. */
    get hasCount() {
        const {list, progressBarState} = this.props;
        const {sumField} = progressBarState?.progressAttributes || {};
        return !list.model.useSampleModel && Boolean(sumField || !this.progressBar);
    }
}

export class LifecycleKanbanRenderer extends KanbanRenderer {
    static components = {...KanbanRenderer.components, KanbanHeader: LifecycleKanbanHeader};
}

export const lifecycleKanbanView = {...kanbanView, Renderer: LifecycleKanbanRenderer};

registry.category("views").add("lifecycle_kanban", lifecycleKanbanView);
