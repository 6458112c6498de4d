// The attach of one disk as P machines, for the comparison of checkers: the tool stack makes both directories and plugs the
// medium in, front and back watch each other's state through the store and walk 1 -> 2 -> 3 -> 4. Each request to the store
// is a message and its answer; each watch event is a message that the watcher takes up with a read.

enum tNode { FRONT_STATE, BACK_STATE, RING, PORT, MEDIUM, LIMITS }

event eRead: (from: machine, node: tNode);
event eValue: int;
event eWrite: (from: machine, node: tNode, value: int);
event eWritten;
event eWatch: (from: machine, node: tNode);
event eFired: tNode;
event eBindPort: (from: machine, port: int);
event eMapRing: (from: machine, ring: int);
event eDone: bool;
event eConnected: machine;

machine Store {
  var nodes: map[tNode, int];
  var watches: map[tNode, seq[machine]];

  start state Serving {
    on eRead do (request: (from: machine, node: tNode)) {
      var value: int;
      if (request.node in nodes) { value = nodes[request.node]; }
      send request.from, eValue, value;
    }
    on eWrite do (request: (from: machine, node: tNode, value: int)) {
      nodes[request.node] = request.value;
      send request.from, eWritten;
      Fire(request.node);
    }
    on eWatch do (request: (from: machine, node: tNode)) {
      if (!(request.node in watches)) { watches[request.node] = default(seq[machine]); }
      watches[request.node] += (sizeof(watches[request.node]), request.from);
      send request.from, eWritten;
      send request.from, eFired, request.node;
    }
  }

  fun Fire(node: tNode) {
    var watcher: machine;
    if (node in watches) {
      foreach (watcher in watches[node]) { send watcher, eFired, node; }
    }
  }
}

machine Hypervisor {

  start state Serving {
    on eMapRing do (request: (from: machine, ring: int)) { send request.from, eDone, request.ring > 0; }
    on eBindPort do (request: (from: machine, port: int)) { send request.from, eDone, request.port > 0; }
  }
}

fun Read(me: machine, store: machine, node: tNode): int {
  var value: int;
  send store, eRead, (from = me, node = node);
  receive { case eValue: (found: int) { value = found; } }
  return value;
}

fun Write(me: machine, store: machine, node: tNode, value: int) {
  send store, eWrite, (from = me, node = node, value = value);
  receive { case eWritten: { } }
}

fun Watch(me: machine, store: machine, node: tNode) {
  send store, eWatch, (from = me, node = node);
  receive { case eWritten: { } }
}

machine ToolStack {
  start state Adding {
    entry (store: machine) {
      Write(this, store, FRONT_STATE, 1);
      Write(this, store, BACK_STATE, 1);
      Write(this, store, MEDIUM, 1);
    }
  }
}

machine Front {
  var store: machine;
  var isPublished: bool;
  var isConnected: bool;

  start state Running {
    entry (where: machine) {
      store = where;
      Watch(this, store, BACK_STATE);
    }
    on eFired do (node: tNode) {
      var peer: int;
      peer = Read(this, store, BACK_STATE);
      if (peer == 2 && !isPublished) {
        isPublished = true;
        Read(this, store, LIMITS);
        Write(this, store, RING, 8);
        Write(this, store, PORT, 1);
        Write(this, store, FRONT_STATE, 3);
      } else if (peer == 4 && isPublished && !isConnected) {
        isConnected = true;
        Write(this, store, FRONT_STATE, 4);
        announce eConnected, this;
      }
    }
  }
}

machine Back {
  var store: machine;
  var hypervisor: machine;
  var isReady: bool;
  var isConnected: bool;

  start state Running {
    entry (where: (store: machine, hypervisor: machine)) {
      store = where.store;
      hypervisor = where.hypervisor;
      Watch(this, store, MEDIUM);
      Watch(this, store, FRONT_STATE);
    }
    on eFired do (node: tNode) {
      var peer: int;
      if (node == MEDIUM && !isReady && Read(this, store, MEDIUM) == 1) {
        isReady = true;
        Write(this, store, LIMITS, 1);
        Write(this, store, BACK_STATE, 2);
      }
      if (node == FRONT_STATE && !isConnected) {
        peer = Read(this, store, FRONT_STATE);
        if (peer == 3 || peer == 4) { Connect(); }
      }
    }
  }

  fun Connect() {
    var ring: int;
    var port: int;
    isConnected = true;
    ring = Read(this, store, RING);
    port = Read(this, store, PORT);
    send hypervisor, eMapRing, (from = this, ring = ring);
    receive { case eDone: (isDone: bool) { assert isDone, "the ring of a front that is Initialised cannot be mapped"; } }
    send hypervisor, eBindPort, (from = this, port = port);
    receive { case eDone: (isDone: bool) { assert isDone, "the port of a front that is Initialised cannot be bound"; } }
    Write(this, store, BACK_STATE, 4);
    announce eConnected, this;
  }
}

// XB-008, XB-009: an attach that nothing disturbs ends with both ends Connected.
spec BothConnect observes eConnected {
  var ends: set[machine];

  start hot state Attaching {
    on eConnected do (end: machine) {
      ends += (end);
      if (sizeof(ends) == 2) { goto Connected; }
    }
  }

  cold state Connected { }
}

machine Attach {
  start state Starting {
    entry {
      var store: machine;
      var hypervisor: machine;
      store = new Store();
      hypervisor = new Hypervisor();
      new Front(store);
      new Back((store = store, hypervisor = hypervisor));
      new ToolStack(store);
    }
  }
}

test attach [main = Attach]: assert BothConnect in { Attach, Store, Hypervisor, ToolStack, Front, Back };
