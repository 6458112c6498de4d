/*
 * The attach of one block device, as in model/Connection with the reference's dialect and the bounds MediumAtOnce,
 * Failures = 1 and BootHold: the tool stack makes the device and, later, its medium; front and back attach; at most one
 * attach step fails, and both ends close then. What these bounds never reach (removal, death, reconnect, suspend, use)
 * is left out. Names and places are those of the model, and each d_step is one step of it.
 *
 * LATE        the medium comes after the directories
 * BOOTHOLD    the front holds up the boot while it connects
 * NOFAILURES  no step fails
 * DEVICES     so many devices beside each other, which share nothing
 */
#ifndef DEVICES
#define DEVICES 1
#endif

#define Initialising 1
#define InitWait     2
#define Initialised  3
#define Connected    4
#define Closing      5
#define Closed       6

/* Places of the front. */
#define F_Unseen       0
#define F_Resolve      1
#define F_Watch        2
#define F_Idle         3
#define F_ReadLimits   4
#define F_GrantPage0   5
#define F_GrantPage1   6
#define F_AllocatePort 7
#define F_Publish      8
#define F_Commit       9
#define F_ReadMedium   10
#define F_Connect      11
#define F_Announce     12
#define F_StartIo      13
#define F_BeginClose   14
#define F_StopQueues   15
#define F_SayClosed    16
#define F_Release      17

/* Places of the back. */
#define B_Unseen        0
#define B_Resolve       1
#define B_WriteLimits   2
#define B_WatchMedium   3
#define B_OpenMedium    4
#define B_SayReady      5
#define B_WatchFront    6
#define B_Idle          7
#define B_ReadFront     8
#define B_MapPage0      9
#define B_MapPage1      10
#define B_BindPort      11
#define B_StartWorker   12
#define B_WriteMedium   13
#define B_SayConnected  14
#define B_AnswerClosing 15
#define B_BeginClose    16
#define B_ClosePort     17
#define B_Drain         18
#define B_Unmap         19
#define B_SayClosed     20
#define B_DecideOnline  21
#define B_SayReadyAgain 22

typedef Connection {
	/* The store. */
	byte fnode;
	byte bnode;
	bit present;
	bit online;
	bit medium;
	bit hotplug;
	bit limits;
	bit late;
	bit twoPages;
	bit protocol;
	bit published;
	bit ferror;
	bit berror;
	bit failed;

	/* The front. */
	byte fpc;
	byte fown;
	bit fgeneration;
	bit fwatches;
	bit fpeer;
	bit fbus;
	bit announced;
	bit bootHold;
	bit ffails;
	bit runs;
	bit ftwo;
	bit page0;
	bit page1;
	bit deferred;
	bit port;
	bit bound;

	/* The back. */
	byte bpc;
	byte bown;
	bit bgeneration;
	bit bwatches;
	bit watchesMedium;
	bit bpeer;
	bit bowned;
	bit mediumEvent;
	bit bbus;
	bit mediumOpen;
	bit bfails;
	bit destroyed;
	bit btwo;
	bit held0;
	bit held1;
	bit heldPort;
	bit worker;
	bit stale
};

Connection c[DEVICES];

#define T c[_pid]
#define F c[_pid - DEVICES]
#define B c[_pid - 2 * DEVICES]

/* A change of a state node queues an event for the other end, if that watches. */
inline setFront(value) { F.fown = value; F.fnode = value; F.bpeer = F.bpeer | F.bwatches }
inline setBack(value)  { B.bown = value; B.bnode = value; B.fpeer = B.fpeer | B.fwatches }

inline backFails()
{
	B.bfails = 1;
	B.berror = 1;
	B.online = (B.bpc < B_Idle -> 0 : B.online);
	B.bpc = B_BeginClose
}

/* What the front published cannot be used; if it has taken that back meanwhile, the back looks again. */
inline refuse()
{
	if
	:: B.fnode == Initialised || B.fnode == Connected -> backFails()
	:: else ->
		B.heldPort = 0;
		B.worker = 0;
		B.bound = 0;
		B.held0 = 0;
		B.held1 = 0;
		B.stale = 0;
		B.deferred = 0;
		B.bpc = B_Idle;
		B.bpeer = 1
	fi
}

active [DEVICES] proctype ToolStack()
{
end:	do
	:: d_step { !T.present ->
		T.present = 1;
		T.online = 1;
#ifndef LATE
		T.medium = 1;
		T.hotplug = 1;
#endif
		T.fnode = Initialising;
		T.bnode = Initialising;
		T.fbus = 1;
		T.bbus = 1
	}
	:: d_step { T.present && !T.medium && T.online ->
		T.medium = 1;
		T.hotplug = 1;
		T.mediumEvent = T.mediumEvent | T.watchesMedium
	}
#ifdef BOOTHOLD
	:: d_step { T.bootHold && T.fpc == F_Idle && !T.fpeer -> T.bootHold = 0 }
#endif
	od
}

active [DEVICES] proctype Front()
{
end:	do
	:: d_step { F.fpc == F_Unseen && F.fbus ->
		F.fbus = 0;
		F.fpc = F_Resolve;
#ifdef BOOTHOLD
		F.bootHold = 1;
#endif
		F.fown = F.fnode
	}
	:: d_step { F.fpc == F_Resolve -> F.fpc = F_Watch }
	:: d_step { F.fpc == F_Watch -> F.fwatches = 1; F.fpeer = 1; F.fpc = F_Idle }
	:: d_step { F.fpc == F_ReadLimits -> F.ftwo = F.limits; F.fpc = F_GrantPage0 }
	:: d_step { F.fpc == F_GrantPage0 -> F.fgeneration = 1; F.page0 = 1; F.fpc = (F.ftwo -> F_GrantPage1 : F_AllocatePort) }
	:: d_step { F.fpc == F_GrantPage1 -> F.page1 = 1; F.fpc = F_AllocatePort }
	:: d_step { F.fpc == F_AllocatePort -> F.port = 1; F.fpc = F_Publish }
	:: d_step { F.fpc == F_Publish -> F.twoPages = F.ftwo; F.protocol = 1; F.published = F.fgeneration; F.fpc = F_Commit }
	:: d_step { F.fpc == F_Commit -> F.fpc = F_Idle; setFront(Initialised); F.fpeer = 1 }
	:: d_step { F.fpc == F_ReadMedium -> F.fpc = F_Connect }
	:: d_step { F.fpc == F_Connect -> F.fpc = F_Announce;
		if
		:: F.fown != Connected -> setFront(Connected)
		:: else
		fi
	}
	:: d_step { F.fpc == F_Announce -> F.announced = 1; F.bootHold = 0; F.fpc = F_StartIo }
	:: d_step { F.fpc == F_StartIo -> F.runs = 1; F.fpeer = 1; F.fpc = F_Idle }
	:: d_step { F.fpc == F_BeginClose -> F.fpc = F_StopQueues;
		if
		:: F.fown < Closing -> setFront(Closing)
		:: else
		fi
	}
	:: d_step { F.fpc == F_StopQueues -> F.announced = 0; F.runs = 0; F.fpc = F_SayClosed }
	:: d_step { F.fpc == F_SayClosed -> F.fpc = F_Release; F.bootHold = 0; setFront(Closed) }
	:: d_step { F.fpc == F_Release ->
		/* What the back maps is revoked when it is unmapped. */
		F.deferred = ((F.held0 || F.held1) && !F.stale && (F.page0 || F.page1) -> 1 : F.deferred);
		F.stale = (F.held0 || F.held1 -> 1 : F.stale);
		F.page0 = 0;
		F.page1 = 0;
		F.port = 0;
		F.bound = 0;
		F.fgeneration = 0;
		F.ftwo = 0;
		F.fpc = F_Idle;
		F.fpeer = 1
	}
	:: d_step { F.fpc == F_Idle && F.fpeer -> F.fpeer = 0;
		if
		:: F.bnode == InitWait && F.fown == Initialising && !F.fgeneration -> F.fpc = F_ReadLimits
		:: F.bnode == Connected && F.fgeneration && (F.fown == Initialised || F.fown == Connected) && !F.runs -> F.fpc = F_ReadMedium
		:: F.bnode >= Closing && F.fown == Initialising && !F.fgeneration && F.bnode == Closed -> F.bootHold = 0
		:: F.bnode >= Closing && F.fown != Closed && !(F.fown == Initialising && !F.fgeneration && F.bnode == Closed) -> F.fpc = F_BeginClose
		:: else
		fi
	}
#ifndef NOFAILURES
	:: d_step { !F.failed && F.fpc >= F_Resolve && F.fpc <= F_Announce && F.fpc != F_Idle ->
		F.failed = 1;
		F.ffails = 1;
		F.ferror = 1;
		F.fpc = F_BeginClose
	}
#endif
	od
}

active [DEVICES] proctype Back()
{
end:	do
	:: d_step { B.bpc == B_Unseen && B.bbus -> B.bbus = 0; B.bpc = B_Resolve; B.bown = B.bnode }
	:: d_step { B.bpc == B_Resolve -> B.bpc = B_WriteLimits }
	:: d_step { B.bpc == B_WriteLimits -> B.limits = 1; B.bpc = B_WatchMedium }
	:: d_step { B.bpc == B_WatchMedium -> B.watchesMedium = 1; B.mediumEvent = 1; B.bpc = B_SayReady }
	:: d_step { B.bpc == B_OpenMedium && B.medium -> B.mediumOpen = 1; B.bpeer = 1; B.bpc = B_Idle }
	:: d_step { B.bpc == B_SayReady -> B.bpc = B_WatchFront; setBack(InitWait) }
	:: d_step { B.bpc == B_WatchFront -> B.bwatches = 1; B.bpeer = 1; B.bowned = 1; B.bpc = B_Idle }
	:: d_step { B.bpc == B_SayReadyAgain -> B.bfails = 0; B.bpc = B_Idle; setBack(InitWait); B.bpeer = 1;
		B.mediumEvent = (B.mediumOpen -> B.mediumEvent : 1)
	}
	:: d_step { B.bpc == B_ReadFront -> B.bpc = B_MapPage0; B.bgeneration = B.published; B.btwo = B.twoPages }
	:: d_step { B.bpc == B_MapPage0 ->
		if
		:: B.page0 && B.fgeneration == B.bgeneration -> B.held0 = 1; B.bpc = (B.btwo -> B_MapPage1 : B_BindPort)
		:: else -> refuse()
		fi
	}
	:: d_step { B.bpc == B_MapPage1 ->
		if
		:: B.page1 && B.fgeneration == B.bgeneration -> B.held1 = 1; B.bpc = B_BindPort
		:: else -> refuse()
		fi
	}
	:: d_step { B.bpc == B_BindPort ->
		if
		:: B.port && !B.bound && B.fgeneration == B.bgeneration -> B.bound = 1; B.heldPort = 1; B.bpc = B_StartWorker
		:: else -> refuse()
		fi
	}
	:: d_step { B.bpc == B_StartWorker -> B.worker = 1; B.bpc = B_WriteMedium }
	:: d_step { B.bpc == B_WriteMedium -> B.late = 1; B.bpc = B_SayConnected }
	:: d_step { B.bpc == B_SayConnected -> B.bpc = B_Idle; setBack(Connected); B.bpeer = 1; B.bowned = 1 }
	:: d_step { B.bpc == B_AnswerClosing -> B.bpc = B_Idle; setBack(Closing); B.bpeer = 1 }
	:: d_step { B.bpc == B_BeginClose -> B.bpc = B_ClosePort;
		if
		:: B.bown < Closing -> setBack(Closing)
		:: else
		fi
	}
	:: d_step { B.bpc == B_ClosePort -> B.heldPort = 0; B.worker = 0; B.bound = 0; B.bpc = B_Drain }
	:: d_step { B.bpc == B_Drain -> B.bpc = B_Unmap }
	:: d_step { B.bpc == B_Unmap -> B.held0 = 0; B.held1 = 0; B.stale = 0; B.deferred = 0; B.bpc = B_SayClosed }
	:: d_step { B.bpc == B_SayClosed -> B.bpc = B_DecideOnline; setBack(Closed) }
	:: d_step { B.bpc == B_DecideOnline -> B.bpc = B_Idle; B.bpeer = 1;
		if
		:: !B.online -> B.hotplug = 0; B.destroyed = 1
		:: else
		fi
	}
	:: d_step { B.bpc == B_Idle && B.bowned -> B.bowned = 0;
		if
		:: B.bown == Closed && !B.online -> B.hotplug = 0; B.destroyed = 1
		:: else
		fi
	}
	:: d_step { B.bpc == B_Idle && B.bpeer -> B.bpeer = 0;
		if
		:: B.fnode == Closed && B.bown != Closed -> B.bpc = B_BeginClose
		:: B.fnode == Initialising && B.bown == Closed && B.online -> B.bpc = B_SayReadyAgain
		:: B.fnode == Initialising && (B.bown == Connected || (B.bown == Closing && (B.held0 || B.held1 || B.heldPort))) -> B.bpc = B_BeginClose
		:: B.fnode == Initialising && B.bown == Closing && !(B.held0 || B.held1 || B.heldPort) -> B.bpc = B_ClosePort
		:: (B.fnode == Initialised || B.fnode == Connected) && B.bown == InitWait && B.mediumOpen -> B.bpc = B_ReadFront
		:: B.fnode == Closing && B.bown < Closing -> B.bpc = B_AnswerClosing
		:: else
		fi
	}
	:: d_step { B.bpc == B_Idle && B.mediumEvent -> B.mediumEvent = 0;
		if
		:: B.medium && !B.mediumOpen && B.bown < Closing -> B.bpc = B_OpenMedium
		:: else
		fi
	}
#ifndef NOFAILURES
	:: d_step { !B.failed && B.bpc >= B_Resolve && B.bpc <= B_SayConnected && B.bpc != B_Idle && !(B.bpc == B_OpenMedium && !B.medium) ->
		B.failed = 1;
		backFails()
	}
#endif
	od
}
